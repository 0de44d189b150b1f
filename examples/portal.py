# %% [markdown]
# # An open-data portal
# Building permits, as a town publishes them: semicolons, Latin-1, decimal commas, columns that come and go, spellings, doubles.

# %%
import data


# %%
def analysis(pd, folder):
    raw = data.read(pd, folder / "bauantraege_*.csv", sep=";", encoding="latin-1", dtype={"PLZ": "str"})
    results = {"columns": raw.columns.tolist(), "missing": raw.isnull().mean().round(3)}

    df = raw.rename(columns=lambda name: name.lower().replace(" (eur)", "").strip())
    results["twice"] = df["aktenzeichen"].duplicated(keep=False).sum()
    df = df.drop_duplicates(subset="aktenzeichen").reset_index(drop=True)
    df["jahr"] = df["aktenzeichen"].str.slice(2, 6).astype(int)
    df["nummer"] = df["aktenzeichen"].str.split("-", expand=True)[2].str.lstrip("0").replace("", "0").astype("int64")
    df["eingang"] = pd.to_datetime(df["eingang"], format="%d.%m.%Y")
    df["bescheid"] = pd.to_datetime(df["bescheid"], format="%d.%m.%Y", errors="coerce")
    df["stadtteil"] = df["stadtteil"].str.strip().str.title().where(lambda names: names != "K.A.")
    df["zusatz"] = df["stadtteil"].str.extract(r"\((.*)\)")[0]
    df["stadtteil"] = df["stadtteil"].str.replace(r" \(.*\)", "", regex=True)
    df["art"] = df["art"].str.strip().str.capitalize()
    df["plz"] = df["plz"].fillna("").str.zfill(5).where(lambda codes: codes != "00000")
    df["wohnungen"] = pd.to_numeric(df["wohnungen"].str.replace("ca. ", ""), errors="coerce")
    df["baukosten"] = df["baukosten"].str.replace(".", "").str.replace(",", ".").astype(float)
    df["online"] = df["online"].map({"ja": True, "nein": False})
    contact = df["kontakt"].str.split(";", n=1, expand=True)
    df["mail"], df["telefon"] = contact[0].str.lower(), contact[1].str.replace(r"\D", "", regex=True)
    df = df.drop(columns=["kontakt"])
    results["numbers"] = df.select_dtypes("number").columns.tolist()
    results["sample"] = df.sort_values("nummer", kind="stable").head(6)

    # What is asked for, and where?
    results["districts"] = df["stadtteil"].value_counts(dropna=False)
    results["kinds"] = df["art"].value_counts()
    results["kinds by district"] = df.pivot_table(
        index="stadtteil", columns="art", values="baukosten", aggfunc=["count", "median"]
    )
    results["cost"] = df.groupby(["jahr", "art"])["baukosten"].agg(["sum", "mean", "max"]).round(2)
    results["codes"] = df.groupby("plz", dropna=False)["aktenzeichen"].count()
    results["added"] = df.groupby("zusatz").size().to_dict()
    results["online"] = df.groupby("jahr")["online"].value_counts(normalize=True, dropna=False)
    limits = [0, 50_000, 200_000, 500_000, float("inf")]
    df["klasse"] = pd.cut(df["baukosten"], limits, labels=["klein", "mittel", "gross", "sehr gross"])
    results["classes"] = pd.crosstab(df["jahr"], df["klasse"], normalize="index")
    results["dearest"] = df.nlargest(5, "baukosten")[["aktenzeichen", "stadtteil", "baukosten"]].set_index("aktenzeichen")
    rest = df["baukosten"] > df.groupby("art")["baukosten"].transform("quantile", 0.99)
    results["beyond the rest"] = df.loc[rest].groupby("art").size()

    # How long does it take?
    df["tage"] = (df["bescheid"] - df["eingang"]).dt.days
    results["open"] = df["tage"].isna().groupby(df["jahr"]).mean()
    results["days"] = df.groupby("klasse", observed=True)["tage"].describe(percentiles=[0.5]).round(1)
    months = df.set_index("eingang").resample("QS")["tage"].agg(["count", "mean"])
    results["quarters"] = months.round(2)
    results["weekdays"] = df["eingang"].dt.day_name().value_counts(normalize=True).round(4)
    backlog = pd.concat([df["eingang"].value_counts().rename("in"), df["bescheid"].value_counts().rename("out")], axis=1)
    backlog = backlog.fillna(0).sort_index().cumsum()
    results["backlog"] = (backlog["in"] - backlog["out"]).resample("ME").last()
    results["per office"] = df.groupby("mail").agg(
        faelle=("nummer", "size"), tage=("tage", "mean"), telefone=("telefon", "nunique")
    )
    flats = df.dropna(subset=["wohnungen"]).astype({"wohnungen": int})
    results["flats"] = flats.groupby(["stadtteil", "jahr"])["wohnungen"].sum().unstack().assign(alle=lambda d: d.sum(axis=1))
    results["text"] = df.groupby("jahr").apply(
        lambda g: f"{len(g)} Anträge, {g.wohnungen.sum():.0f} Wohnungen", include_groups=False
    )
    return results


# %%
if __name__ == "__main__":
    data.main("portal", analysis)
