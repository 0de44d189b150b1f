# %% [markdown]
# # Taxi trips
# Three months of yellow taxis: cleaning, tips, where the trips go, and how busy the hours are.

# %%
import numpy as np

import data


# %%
def analysis(pd, folder):
    trips = data.read(pd, folder / "yellow_*.csv", parse_dates=["tpep_pickup_datetime", "tpep_dropoff_datetime"])
    zones = pd.read_csv(folder / "zones.csv")
    results = {"columns": list(trips.columns), "missing": trips.isna().sum()}

    # What cannot be a trip goes out.
    trips = trips.rename(columns={"tpep_pickup_datetime": "pickup", "tpep_dropoff_datetime": "dropoff"})
    trips["minutes"] = (trips["dropoff"] - trips["pickup"]).dt.total_seconds() / 60
    before = len(trips)
    trips = trips.query("fare_amount > 0 and trip_distance > 0 and 1 <= minutes < 180").copy()
    results["dropped"] = f"{before - len(trips):,} of {before:,} trips ({1 - len(trips) / before:.1%})"

    trips["passenger_count"] = trips["passenger_count"].fillna(1).astype(int)
    trips["store_and_fwd_flag"] = trips["store_and_fwd_flag"].fillna("N") == "Y"
    trips["speed"] = trips["trip_distance"] / (trips["minutes"] / 60)
    trips["tip_rate"] = (trips["tip_amount"] / trips["fare_amount"]).round(3)
    trips["payment"] = trips["payment_type"].map({1: "card", 2: "cash", 3: "free", 4: "dispute"})
    trips["hour"] = trips["pickup"].dt.hour
    trips["weekday"] = trips["pickup"].dt.day_name()
    trips["weekend"] = trips["pickup"].dt.dayofweek >= 5
    results["described"] = trips[["trip_distance", "minutes", "fare_amount", "speed"]].describe().round(2)

    # Who tips?
    by_payment = trips.groupby("payment").agg(
        trips=("fare_amount", "size"),
        fare=("fare_amount", "mean"),
        tip=("tip_rate", "median"),
        tipped=("tip_amount", lambda t: (t > 0).mean()),
    )
    results["payment"] = by_payment.sort_values("trips", ascending=False).round(3)
    cards = trips[trips["payment"] == "card"]
    bands = pd.cut(cards["trip_distance"], [0, 1, 2, 5, 10, np.inf], labels=["<1", "1-2", "2-5", "5-10", ">10"])
    results["tips by distance"] = cards.groupby(bands, observed=True)["tip_rate"].agg(["count", "mean", "max"])
    results["bands"] = bands.value_counts(normalize=True).sort_index()
    results["fares in quarters"] = pd.qcut(trips["fare_amount"], 4).value_counts().sort_index()

    # Where do they go? Zones that have no borough stay in.
    named = trips.merge(zones.add_prefix("PU_"), left_on="PULocationID", right_on="PU_LocationID", how="left").merge(
        zones.add_prefix("DO_"), left_on="DOLocationID", right_on="DO_LocationID", how="left"
    )
    results["between boroughs"] = pd.crosstab(named["PU_Borough"], named["DO_Borough"], normalize="index").round(3)
    results["no borough"] = int(named["PU_Borough"].isna().sum())
    routes = (
        named.groupby(["PU_Zone", "DO_Zone"])
        .size()
        .reset_index(name="trips")
        .sort_values(["trips", "PU_Zone", "DO_Zone"], ascending=[False, True, True])
    )
    results["routes"] = routes.head(8)
    airport = named["PU_Zone"].str.contains("A1|B2", na=False) | named["DO_Zone"].str.endswith("5")
    results["to the airport"] = named.loc[airport, ["fare_amount", "tolls_amount", "minutes"]].mean()

    # When?
    results["by hour and weekend"] = trips.pivot_table(
        index="hour", columns="weekend", values="fare_amount", aggfunc=["count", "mean"]
    )
    daily = trips.set_index("pickup").resample("D")["fare_amount"].agg(["count", "sum"])
    daily["week"] = daily["sum"].rolling(7).mean()
    results["days"] = daily
    results["best day"] = daily["sum"].idxmax()
    order = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    results["weekdays"] = trips["weekday"].value_counts().reindex(order)
    busiest = trips["hour"].value_counts().idxmax()
    results["busiest hour"] = f"{busiest}:00, {trips[trips.hour == busiest].speed.mean():.1f} mph"
    results["by vendor"] = trips.groupby("VendorID")[["fare_amount", "tip_amount"]].quantile([0.25, 0.5, 0.9])
    results["correlations"] = trips[["trip_distance", "minutes", "fare_amount", "tip_amount"]].corr().round(3)
    return results


# %%
if __name__ == "__main__":
    data.main("taxi", analysis)
