# %% [markdown]
# # Flights
# Three months from three airports: delays by carrier, hour and weather, cancelled flights, and planes that fly late.

# %%
import data


# %%
def analysis(pd, folder):
    flights = data.read(pd, folder / "flights-*.csv", dtype={"tailnum": "str"})
    airlines = pd.read_csv(folder / "airlines.csv", index_col="carrier")
    weather = pd.read_csv(folder / "weather.csv", parse_dates=["time_hour"])
    results = {}

    flights["date"] = pd.to_datetime(flights[["year", "month", "day"]])
    flights["hour"] = flights["sched_dep_time"] // 100
    flights["time_hour"] = flights["date"] + pd.to_timedelta(flights["hour"], unit="h")
    flights["cancelled"] = flights["dep_delay"].isna()
    results["cancelled"] = flights["cancelled"].mean()
    results["cancelled by month"] = flights.groupby([flights.date.dt.month_name(), "origin"])["cancelled"].mean().unstack()

    flown = flights.dropna(subset=["dep_delay", "arr_delay"])
    flown = flown.assign(gained=lambda d: d.dep_delay - d.arr_delay, speed=lambda d: d.distance / d.air_time * 60)
    carriers = flown.groupby("carrier").agg(
        flights=("carrier", "count"),
        mean_delay=("arr_delay", "mean"),
        median_delay=("arr_delay", "median"),
        late=("arr_delay", lambda delays: (delays > 15).mean()),
        planes=("tailnum", "nunique"),
    )
    carriers = carriers.join(airlines).set_index("name").sort_values("mean_delay")
    results["carriers"] = carriers
    results["above the mean"] = carriers[carriers.mean_delay > carriers.mean_delay.mean()].index.tolist()

    # Each airport's worst day, and the flights that were the latest of each carrier.
    daily = flown.groupby(["origin", "date"])["dep_delay"].mean()
    results["worst days"] = daily.groupby("origin").nlargest(2)
    results["worst day of each"] = daily.groupby(level="origin").idxmax()
    latest = flown.sort_values(["dep_delay", "tailnum", "dest"], ascending=False).groupby("carrier").head(2)
    results["latest"] = latest[["carrier", "date", "tailnum", "dest", "dep_delay"]].reset_index(drop=True)
    flown["rank"] = flown.groupby(["origin", "date"])["dep_delay"].rank(method="dense", ascending=False)
    results["first by rank"] = flown.loc[flown["rank"] == 1, "carrier"].value_counts()

    # Does the wind matter?
    joined = flown.merge(weather, on=["origin", "time_hour"], how="left", indicator=True)
    results["with weather"] = joined["_merge"].astype(str).value_counts()
    wind = pd.cut(joined["wind_speed"], bins=[0, 8, 12, 18, 100], right=False)
    results["wind"] = joined.groupby(wind, observed=False)["dep_delay"].agg(["mean", "std", "size"])
    results["visibility"] = joined.loc[joined["visib"].between(0, 5), "dep_delay"].mean() - joined["dep_delay"].mean()
    results["correlation"] = joined["wind_speed"].corr(joined["dep_delay"])

    # Through the day, and through the weeks.
    table = flown.pivot_table(values="dep_delay", index="hour", columns="origin", aggfunc="mean", margins=True)
    results["hours"] = table.round(2)
    weeks = flown.set_index("date").groupby("origin").resample("W")["dep_delay"].mean().unstack(level=0)
    results["weeks"] = weeks
    results["smoothed"] = weeks.rolling(3, min_periods=1, center=True).mean().diff()
    results["destinations"] = flown.groupby("dest").size().sort_values(ascending=False)
    results["longest by destination"] = flown.loc[flown.groupby("dest")["distance"].idxmax(), ["dest", "distance"]]

    # A plane that lands late leaves late: the delay of the plane's flight before.
    planes = flown.sort_values(["tailnum", "date", "sched_dep_time"], kind="stable")
    planes["before"] = planes.groupby("tailnum")["arr_delay"].shift()
    planes["since"] = planes.groupby("tailnum")["time_hour"].diff()
    close = planes[planes["since"] < pd.Timedelta(hours=12)]
    results["late before"] = close.groupby(close["before"] > 30)["dep_delay"].agg(["mean", "count"])
    results["flights of planes"] = planes.groupby("tailnum").cumcount().add(1).max()
    results["standardised"] = (
        flown.groupby("carrier")["arr_delay"].transform(lambda delays: (delays - delays.mean()) / delays.std()).describe()
    )
    return results


# %%
if __name__ == "__main__":
    data.main("flights", analysis)
