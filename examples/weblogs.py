# %% [markdown]
# # Web logs
# Access logs as the server writes them: requests taken apart, traffic by hour, errors, robots, visits.

# %%
import data


# %%
def analysis(pd, folder):
    names = ["ip", "identity", "user", "time", "zone", "request", "status", "size", "referer", "agent"]
    logs = data.read(pd, folder / "access-*.log", sep=" ", names=names, na_values="-", quotechar='"')
    results = {"rows": len(logs), "empty": [name for name in logs.columns if logs[name].isna().all()]}

    logs = logs.drop(columns=["identity", "user", "zone"])
    logs["time"] = pd.to_datetime(logs["time"].str.lstrip("["), format="%d/%b/%Y:%H:%M:%S")
    request = logs["request"].str.extract(r"^(?P<method>\w+) (?P<path>[^? ]+)(?:\?(?P<arguments>\S+))?")
    logs = pd.concat([logs, request], axis=1)
    logs["section"] = logs["path"].str.split("/").str[1].replace("", "home")
    logs["size"] = logs["size"].fillna(0).astype("int64")
    logs["error"] = logs["status"].ge(400)
    logs["group"] = (logs["status"] // 100).astype(str) + "xx"
    logs["robot"] = logs["agent"].str.contains("bot|curl", case=False, regex=True)

    results["statuses"] = logs["status"].value_counts()
    results["methods"] = pd.crosstab(logs["method"], logs["group"])
    results["pages"] = (
        logs[~logs["robot"]].groupby("path").agg(hits=("path", "size"), visitors=("ip", "nunique"), errors=("error", "mean"))
    )
    results["sections"] = logs.groupby("section")["size"].agg(["sum", "mean", "max"]).sort_values("sum", ascending=False)
    results["arguments"] = logs["arguments"].dropna().str.split("=").str.get(0).value_counts()
    results["robots"] = logs.groupby("robot")[["size", "error"]].mean()
    agents = logs["agent"].str.extract(r"(Firefox|Safari|curl|Googlebot)")[0]
    results["agents"] = agents.value_counts(normalize=True)
    results["mobile"] = logs["agent"].str.lower().str.contains("iphone").mean()
    results["nets"] = logs["ip"].str.rsplit(".", n=1).str[0].nunique()

    # Traffic.
    hourly = logs.set_index("time").resample("h").agg({"ip": "nunique", "size": "sum", "error": "mean"})
    hourly.columns = ["visitors", "bytes", "errors"]
    results["hours"] = hourly.tail(24)
    results["peak"] = hourly["bytes"].idxmax()
    results["by hour of day"] = hourly.groupby(hourly.index.hour)["bytes"].mean()
    results["moving"] = hourly["visitors"].rolling(6).mean().dropna().round(2)
    unusual = hourly[(hourly["errors"] - hourly["errors"].mean()).abs() > 2 * hourly["errors"].std()]
    results["unusual hours"] = unusual.index.strftime("%d %H:00").tolist()
    results["days"] = logs.groupby(logs["time"].dt.date).size()

    # Visits: what a visitor does with no pause of more than half an hour.
    people = logs[~logs["robot"]].sort_values(["ip", "time"], kind="stable")
    people["new"] = people.groupby("ip")["time"].diff().gt(pd.Timedelta(minutes=30)) | (people["ip"] != people["ip"].shift())
    people["visit"] = people["new"].cumsum()
    visits = people.groupby("visit").agg(
        ip=("ip", "first"),
        start=("time", "min"),
        end=("time", "max"),
        pages=("path", "count"),
        entry=("path", "first"),
        leave=("path", "last"),
    )
    visits["seconds"] = (visits["end"] - visits["start"]).dt.total_seconds()
    results["visits"] = visits[["pages", "seconds"]].describe()
    results["bounced"] = (visits["pages"] == 1).mean()
    results["entries"] = visits.groupby("entry").agg({"pages": "mean", "seconds": "median"}).round(2)
    results["faithful"] = visits["ip"].value_counts().head(5).sort_index()
    people["next"] = people.groupby("visit")["path"].shift(-1)
    steps = people.dropna(subset=["next"]).groupby(["path", "next"]).size()
    results["steps"] = steps.sort_values(ascending=False, kind="stable").head(6)
    carts = people.groupby("visit")["path"].agg(lambda paths: "/shop/cart" in set(paths))
    results["with a cart"] = f"{carts.mean():.1%} of {len(visits)} visits"
    failing = logs[logs["status"] == 500].groupby("ip").filter(lambda rows: len(rows) > 12)
    results["failing"] = failing.groupby("ip")["path"].unique().str.len()
    return results


# %%
if __name__ == "__main__":
    data.main("weblogs", analysis)
