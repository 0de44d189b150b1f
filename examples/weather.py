# %% [markdown]
# # Weather stations
# A file a station: missing values in figures, monthly means, anomalies, records, hot spells and gaps.

# %%
import numpy as np

import data


# %%
def analysis(pd, folder):
    raw = data.read(pd, folder / "ST*.csv", parse_dates=["DATE"], na_values={"TMAX": [-9999], "TMIN": [-9999], "PRCP": [-9999]})
    stations = pd.read_csv(folder / "stations.csv")
    results = {"shape": raw.shape[1], "dtypes": raw.dtypes}

    df = (
        raw.rename(columns=str.lower).merge(stations, left_on="station", right_on="id", validate="many_to_one").drop(columns="id")
    )
    df[["tmax", "tmin", "prcp"]] = df[["tmax", "tmin", "prcp"]] / 10
    df["range"] = df["tmax"] - df["tmin"]
    df["season"] = df["date"].dt.month % 12 // 3
    df["season"] = df["season"].replace({0: "winter", 1: "spring", 2: "summer", 3: "autumn"})
    df[["attribute", "source"]] = df["flags"].str.split(",", expand=True)
    results["missing"] = df[["tmax", "tmin", "prcp"]].isna().groupby(df["name"]).mean()
    results["sources"] = df.groupby("name")["source"].value_counts(dropna=False)

    results["stations"] = df.groupby("name").agg({"tmax": ["mean", "max"], "tmin": "min", "prcp": "sum"})
    results["seasons"] = df.pivot_table(index="name", columns="season", values="tmax", aggfunc="mean").round(2)
    wet = df[df["prcp"] > 1]
    results["wet days"] = wet.groupby(["name", wet["date"].dt.year]).size().unstack(fill_value=0)
    results["elevation"] = df.groupby("elevation", as_index=False)[["tmax", "tmin"]].mean()

    # By the month, and how far each is from the mean of this month of all years.
    monthly = df.set_index("date").groupby("name").resample("MS").agg({"tmax": "mean", "prcp": "sum"}).reset_index()
    normal = monthly.groupby(["name", monthly["date"].dt.month])["tmax"].transform("mean")
    monthly["anomaly"] = monthly["tmax"] - normal
    results["anomalies"] = monthly.nlargest(5, "anomaly")
    results["warmest"] = monthly.loc[monthly.groupby("name")["anomaly"].idxmax()]
    results["by year"] = monthly.groupby(monthly.date.dt.year)["anomaly"].agg(["min", "max"])
    wide = monthly.pivot(index="date", columns="name", values="tmax")
    results["correlations"] = wide.corr()
    results["filled"] = wide.interpolate().ffill().bfill().iloc[::12]

    # The hottest day of each station, and days in a row above its 90th percentile.
    hottest = df.loc[df.groupby("name")["tmax"].idxmax(), ["name", "date", "tmax"]].set_index("name")
    results["hottest"] = hottest
    df = df.sort_values(["name", "date"]).reset_index(drop=True)
    df["hot"] = (df["tmax"] > df.groupby("name")["tmax"].transform(lambda t: t.quantile(0.9))).astype(int)
    df["spell"] = (df["hot"] != df.groupby("name")["hot"].shift()).cumsum()
    spells = df[df["hot"] == 1].groupby(["name", "spell"]).agg(days=("hot", "size"), start=("date", "min"), peak=("tmax", "max"))
    results["longest spells"] = spells.sort_values(["days", "start"], ascending=[False, True]).head(6)
    week = df.groupby("name")["prcp"].rolling(7, min_periods=5).sum().reset_index(level=0, drop=True)
    results["wettest week"] = df.assign(week=week).groupby("name")["week"].max()
    results["degree days"] = np.maximum(18 - (df["tmax"] + df["tmin"]) / 2, 0).groupby(df["name"]).sum()

    # Days that are not there at all.
    gaps = df.groupby("name")["date"].diff().dt.days
    results["gaps"] = df.assign(gap=gaps)[gaps > 1].groupby("name")["gap"].agg(["count", "max"])
    everyday = pd.date_range(df["date"].min(), df["date"].max(), freq="D")
    results["days missing"] = len(everyday) - df.groupby("name")["date"].nunique()
    berlin = df[df["name"] == "Berlin"].set_index("date")["tmax"].asfreq("D")
    results["Berlin"] = berlin.loc["2020-06":"2020-08"].ewm(span=10).mean().round(2)
    return results


# %%
if __name__ == "__main__":
    data.main("weather", analysis)
