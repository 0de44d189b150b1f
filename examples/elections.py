# %% [markdown]
# # Election results
# A file a state and year: turnout, who won where and by how much, what changed in four years, how people voted.

# %%
import data


# %%
def analysis(pd, folder):
    files = sorted(folder.glob("20*.csv"))
    parts = []
    for file in files:
        part = pd.read_csv(file)
        part["year"], part["state"] = int(file.stem[:4]), file.stem[5:].title()
        parts.append(part)
    votes = pd.concat(parts, ignore_index=True)
    registered = pd.read_csv(folder / "registered.csv", dtype={"county": str})
    results = {"files": len(files), "votes": int(votes["votes"].sum())}

    votes["surname"] = votes["candidate"].str.split(" ").str[1]
    votes["party"] = votes["party"].astype("category")
    totals = votes.groupby(["year", "state", "county", "party"], observed=True)["votes"].sum().reset_index()
    results["nation"] = totals.pivot_table(index="party", columns="year", values="votes", aggfunc="sum", observed=True)
    results["shares"] = (results["nation"] / results["nation"].sum()).round(4)

    # Turnout needs both tables.
    cast = totals.groupby(["state", "county", "year"], as_index=False)["votes"].sum()
    turnout = cast.merge(registered, on=["state", "county", "year"], how="outer", validate="one_to_one")
    turnout["rate"] = turnout["votes"] / turnout["registered"]
    results["turnout"] = (
        turnout.groupby(["state", "year"])
        .agg(votes=("votes", "sum"), registered=("registered", "sum"))
        .eval("rate = votes / registered")
    )
    results["extremes"] = turnout.set_index(["state", "county", "year"])["rate"].agg(["idxmin", "idxmax"])
    results["band"] = pd.cut(turnout["rate"], [0, 0.55, 0.65, 0.75, 1]).value_counts().sort_index()

    # Winners: the party with most votes in each county, and its margin over the next.
    wide = totals.pivot_table(index=["year", "state", "county"], columns="party", values="votes", fill_value=0, observed=True)
    winner = wide.idxmax(axis=1).rename("winner")
    ordered = totals.sort_values(["votes", "party"], ascending=False)
    first_two = ordered.groupby(["year", "state", "county"])["votes"].apply(lambda counts: counts.iloc[0] - counts.iloc[1])
    margin = (first_two / wide.sum(axis=1)).rename("margin")
    counties = pd.concat([winner, margin], axis=1).reset_index()
    results["counties won"] = counties.groupby(["year", "winner"]).size().unstack(fill_value=0)
    results["closest"] = counties.nsmallest(5, "margin")
    results["states"] = counties.groupby(["state", "year"])["winner"].agg(lambda winners: winners.value_counts().idxmax())
    results["close ones"] = counties.assign(close=counties["margin"] < 0.05).groupby("state")["close"].mean()

    # The swing: the share of a party now, less its share before.
    totals["share"] = totals["votes"] / totals.groupby(["year", "county"])["votes"].transform("sum")
    now, before = (totals[totals["year"] == year].set_index(["county", "party"])["share"] for year in (2024, 2020))
    swing = (now - before).rename("swing").reset_index()
    results["swing"] = swing.groupby("party", observed=True)["swing"].describe().round(4)
    results["largest swings"] = swing.loc[swing["swing"].abs().nlargest(4).index]
    flipped = counties.pivot(index="county", columns="year", values="winner")
    flipped = flipped[flipped[2020] != flipped[2024]]
    results["flipped"] = flipped.value_counts()
    results["flipped here"] = ", ".join(sorted(flipped.index)[:10])

    # How people voted.
    results["modes"] = (
        votes.groupby(["year", "mode"])["votes"].sum().groupby(level=0).transform(lambda v: v / v.sum()).unstack().round(4)
    )
    early = votes[votes["mode"] == "early"].groupby("party", observed=True)["votes"].sum()
    results["early share"] = early.div(votes.groupby("party", observed=True)["votes"].sum()).round(4)
    results["candidates"] = votes.melt(id_vars=["year", "surname"], value_vars=["votes"])["surname"].value_counts()
    results["quantiles"] = cast.groupby("state")["votes"].quantile([0.1, 0.5, 0.9]).unstack()
    return results


# %%
if __name__ == "__main__":
    data.main("elections", analysis)
