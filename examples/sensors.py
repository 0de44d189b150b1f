# %% [markdown]
# # Sensor logs
# Readings at uneven moments: text among numbers, doubled lines, outliers, calibration, means by five minutes, alarms.

# %%
import numpy as np

import data


# %%
def analysis(pd, folder):
    df = data.read(pd, folder / "readings-*.csv", parse_dates=["time"])
    calibration = pd.read_csv(folder / "calibration.csv", parse_dates=["time"])
    results = {"dtypes": df.dtypes.astype(str).to_dict(), "doubled": int(df.duplicated().sum())}

    df = df.drop_duplicates().sort_values("time", kind="stable").reset_index(drop=True)
    bad = pd.to_numeric(df["pressure"], errors="coerce").isna()
    results["no numbers"] = df.loc[bad, "pressure"].value_counts(dropna=False)
    df["pressure"] = pd.to_numeric(df["pressure"], errors="coerce")
    df["temperature"] = df["temperature"].where(df["temperature"] < 200)
    df["error"] = df["status"].str.extract(r"ERR (\d+)", expand=False).astype(float)
    df[["kind", "number"]] = df["device"].str.split("-", expand=True)
    results["errors"] = df.groupby(["kind", "error"]).size()
    results["states"] = pd.crosstab(df["device"], df["status"].str.split().str[0], margins=True)

    # Each reading gets the last calibration of its device before it.
    df = pd.merge_asof(df, calibration.sort_values("time"), on="time", by="device")
    df["offset"] = df["offset"].fillna(0)
    df["corrected"] = df["temperature"] - df["offset"]
    results["offsets"] = df.groupby("device")["offset"].agg(["min", "max", "nunique"])

    # An even grid, and what is missing in it.
    grid = df.set_index("time").groupby("device")["corrected"].resample("5min").mean().unstack("device")
    results["grid"] = grid.describe()
    results["empty"] = grid.isna().sum()
    filled = grid.interpolate(limit=2)
    results["filled"] = filled.isna().sum() - grid.isna().sum()
    results["hours"] = filled.resample("h").agg(["mean", "max"]).head(30)
    results["correlations"] = filled.corr()
    results["spread"] = (filled.max(axis=1) - filled.min(axis=1)).nlargest(3)
    results["by time of day"] = filled.between_time("08:00", "18:00").mean()

    # Readings far from the hour around them.
    series = df[df["device"] == "pump-1"].set_index("time")["corrected"].dropna()
    around = series.rolling("1h")
    score = (series - around.mean()) / around.std()
    results["outliers"] = score[score.abs() > 3].sort_index()
    results["change"] = series.diff().abs().resample("D").max()

    # How long was each device without a reading, and when did it change its state?
    df["pause"] = df.groupby("device")["time"].diff()
    results["pauses"] = df.groupby("device")["pause"].agg(["max", "median"])
    df["alarm"] = df["status"].ne("OK")
    df["switch"] = df["alarm"] != df.groupby("device")["alarm"].shift(fill_value=False)
    df["episode"] = df.groupby("device")["switch"].cumsum()
    episodes = df[df["alarm"]].groupby(["device", "episode"])["time"].agg(["min", "max", "count"])
    episodes["length"] = (episodes["max"] - episodes["min"]).dt.total_seconds()
    results["episodes"] = episodes.sort_values(["count", "length"], ascending=False).head(5)
    results["availability"] = 1 - df.groupby(["device", df["time"].dt.date])["alarm"].mean().unstack()
    df["load"] = np.select([df["corrected"] < 36, df["corrected"] < 44], ["low", "normal"], default="high")
    results["load"] = df.groupby("device")["load"].value_counts(normalize=True).unstack().round(3)
    results["last"] = df.groupby("device").last()[["time", "corrected", "pressure"]]
    results["low pressure"] = df["pressure"].lt(df["pressure"].quantile(0.01)).groupby(df["time"].dt.hour).sum()
    return results


# %%
if __name__ == "__main__":
    data.main("sensors", analysis)
