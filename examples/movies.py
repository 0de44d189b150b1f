# %% [markdown]
# # Movie ratings
# Ratings, movies and tags: years out of titles, genres out of lists, weighted means, tastes, who rates alike.

# %%
import numpy as np

import data


# %%
def analysis(pd, folder):
    ratings = data.read(pd, folder / "ratings-*.csv")
    movies = pd.read_csv(folder / "movies.csv")
    tags = pd.read_csv(folder / "tags.csv")
    results = {"head": ratings.head(3), "users": ratings["userId"].nunique()}

    movies["year"] = movies["title"].str.extract(r"\((\d{4})\)\s*$", expand=False).astype("Int64")
    movies["title"] = movies["title"].str.replace(r"\s*\(\d{4}\)\s*$", "", regex=True).str.strip()
    movies["title"] = movies["title"].str.replace(r"^(.*), The$", r"The \1", regex=True)
    movies["decade"] = movies["year"] // 10 * 10
    movies = movies.assign(genres=movies["genres"].replace("(no genres listed)", np.nan).str.split("|"))
    results["movies"] = movies.head()
    results["decades"] = movies["decade"].value_counts(dropna=False).sort_index()

    ratings["when"] = pd.to_datetime(ratings["timestamp"], unit="s")
    ratings = ratings.sort_values("when", kind="stable").drop_duplicates(["userId", "movieId"], keep="last")
    results["kept"] = len(ratings)
    results["stars"] = ratings["rating"].value_counts(normalize=True).sort_index()
    results["half stars"] = (ratings["rating"] % 1 != 0).mean()
    results["by year"] = ratings.groupby(ratings["when"].dt.year)["rating"].agg(["count", "mean"])
    months = ratings.set_index("when")["rating"].resample("QE").agg(["size", "mean"])
    results["quarters"] = months.assign(change=months["size"].pct_change())

    # The best: a mean that few ratings cannot carry far from the mean of all.
    stats = ratings.groupby("movieId")["rating"].agg(["count", "mean", "std"])
    overall, enough = ratings["rating"].mean(), stats["count"].quantile(0.8)
    stats["weighted"] = (stats["count"] * stats["mean"] + enough * overall) / (stats["count"] + enough)
    best = stats.join(movies.set_index("movieId")[["title", "year"]]).sort_values("weighted", ascending=False)
    results["best"] = best.head(10)
    results["disputed"] = best[best["count"] > 40].nlargest(3, "std")["title"].tolist()

    # Genres.
    exploded = movies.explode("genres").dropna(subset=["genres"])
    results["genres"] = exploded["genres"].value_counts()
    rated = pd.merge(ratings, exploded, on="movieId")
    results["genre means"] = (
        rated.groupby("genres")["rating"].agg(["mean", "median", "count"]).sort_values("mean", ascending=False)
    )
    results["genres by decade"] = rated.pivot_table(index="decade", columns="genres", values="rating", aggfunc="mean")
    dummies = movies.set_index("movieId")["genres"].str.join("|").str.get_dummies()
    results["pairs of genres"] = dummies.T.dot(dummies)
    results["combined"] = movies["genres"].str.len().fillna(0).astype(int).value_counts().sort_index()

    # Users: how many, how kind, and their favourite genre.
    users = ratings.groupby("userId").agg(
        n=("rating", "size"), mean=("rating", "mean"), first=("when", "min"), last=("when", "max")
    )
    users["days"] = (users["last"] - users["first"]).dt.days
    results["users described"] = users.describe()
    users["activity"] = pd.cut(users["n"], [0, 20, 40, 60, 1000], labels=["rare", "some", "often", "much"])
    results["kindness"] = users.groupby("activity", observed=True)["mean"].mean()
    favourite = (
        rated.groupby(["userId", "genres"])["rating"]
        .mean()
        .reset_index()
        .sort_values(["rating", "genres"], ascending=[False, True])
    )
    results["favourites"] = favourite.drop_duplicates("userId")["genres"].value_counts()
    ratings["centred"] = ratings["rating"] - ratings.groupby("userId")["rating"].transform("mean")
    results["most above"] = ratings.groupby("movieId")["centred"].mean().nlargest(3)

    # Movies that are liked by the same people.
    popular = stats["count"].nlargest(8).index
    matrix = ratings[ratings["movieId"].isin(popular)].pivot(index="userId", columns="movieId", values="rating")
    results["alike"] = matrix.corr(min_periods=20).round(3)
    results["with the first"] = matrix.corrwith(matrix[matrix.columns[0]]).round(3)

    tags["tag"] = tags["tag"].str.strip().str.lower()
    results["tags"] = tags["tag"].value_counts(dropna=False)
    labels = tags.dropna().groupby("movieId")["tag"].agg(lambda values: "; ".join(sorted(set(values))))
    results["tagged"] = movies[["movieId", "title"]].merge(labels.reset_index(), how="left").fillna({"tag": ""}).head(12)
    return results


# %%
if __name__ == "__main__":
    data.main("movies", analysis)
