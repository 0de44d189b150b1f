# %% [markdown]
# # Sales
# A year of orders: prices that are text, margins by category and month, customers by recency, frequency and money, cohorts.

# %%
import data


# %%
def analysis(pd, folder):
    orders = pd.concat(
        [pd.read_csv(file).assign(quarter=file.stem[-2:]) for file in sorted(folder.glob("orders-*.csv"))], ignore_index=True
    )
    products = pd.read_csv(folder / "products.csv")
    stores = pd.read_csv(folder / "stores.csv").set_index("store")
    results = {"lines by quarter": orders["quarter"].value_counts().sort_index()}

    orders["date"] = pd.to_datetime(orders["date"], format="%d/%m/%Y %H:%M")
    orders["price"] = orders["price"].str.replace("$", "").str.replace(",", "").astype(float)
    orders["coupon"] = orders["coupon"].str.lower().astype("category")
    orders["revenue"] = orders["price"] * orders["quantity"]
    orders = orders.merge(products, on="sku", how="left", indicator="known")
    results["unknown products"] = orders.loc[orders["known"] == "left_only", "sku"].unique().tolist()
    orders = orders.drop(columns="known")
    orders["city"] = orders["store"].map(stores["city"]).fillna("online")
    orders["margin"] = orders["revenue"] - orders["unit_cost"].fillna(0) * orders["quantity"]
    orders["returned"] = orders["quantity"] < 0

    results["total"] = f"{orders['revenue'].sum():,.0f} from {orders['order_id'].nunique():,} orders"
    results["returns"] = orders.groupby("category", dropna=False)["returned"].mean().sort_values()
    results["coupons"] = orders.groupby("coupon", observed=True)["revenue"].agg(["count", "mean", "sum"])
    month = orders["date"].dt.to_period("M")
    results["months"] = orders.groupby(month)[["revenue", "margin"]].sum()
    results["growth"] = orders.groupby(month)["revenue"].sum().pct_change().round(4)
    table = pd.pivot_table(
        orders, index="category", columns="city", values="revenue", aggfunc="sum", fill_value=0, margins=True, margins_name="all"
    )
    results["where"] = table
    results["shares"] = table.div(table["all"], axis=0).round(4)
    results["margins"] = orders.groupby("category").apply(lambda g: g["margin"].sum() / g["revenue"].sum(), include_groups=False)
    share = orders.groupby("city")["revenue"].sum() / orders["revenue"].sum()
    results["cities"] = share.sort_values(ascending=False).head(3)

    # Few products make most of the money.
    by_sku = orders.groupby("sku")["revenue"].sum().sort_values(ascending=False)
    cumulated = by_sku.cumsum() / by_sku.sum()
    results["half of it"] = int((cumulated <= 0.5).sum())
    results["best of each"] = (
        orders.groupby(["category", "sku"])["revenue"]
        .sum()
        .reset_index()
        .sort_values("revenue", ascending=False)
        .groupby("category")
        .head(1)
    )

    # Baskets.
    baskets = orders.groupby("order_id").agg(
        lines=("sku", "size"), value=("revenue", "sum"), skus=("sku", lambda s: ",".join(sorted(s)))
    )
    results["baskets"] = baskets["value"].describe(percentiles=[0.1, 0.9])
    results["largest"] = baskets.nlargest(3, "value")
    both = orders.merge(orders, on="order_id", suffixes=("", "_other")).query("sku < sku_other")
    results["together"] = both.groupby(["sku", "sku_other"]).size().nlargest(5)

    # Recency, frequency, money.
    today = orders["date"].max() + pd.Timedelta(days=1)
    rfm = orders.groupby("customer").agg(last=("date", "max"), frequency=("order_id", "nunique"), money=("revenue", "sum"))
    rfm["recency"] = (today - rfm["last"]).dt.days
    rfm["R"] = pd.qcut(rfm["recency"], 4, labels=[4, 3, 2, 1]).astype(int)
    rfm["M"] = pd.qcut(rfm["money"].rank(method="first"), 4, labels=[1, 2, 3, 4]).astype(int)
    rfm["segment"] = rfm["R"].astype(str) + rfm["M"].astype(str)
    results["segments"] = rfm.groupby("segment")["money"].agg(["size", "mean"]).round(1)

    # Cohorts: of the customers that came first in a month, how many come again.
    orders["month"] = month
    orders["cohort"] = orders.groupby("customer")["date"].transform("min").dt.to_period("M")
    cohorts = orders.groupby(["cohort", "month"])["customer"].nunique().reset_index()
    cohorts["after"] = (cohorts["month"] - cohorts["cohort"]).apply(lambda months: months.n)
    kept = cohorts.pivot(index="cohort", columns="after", values="customer")
    results["cohorts"] = kept.divide(kept[0], axis="index").round(2)
    return results


# %%
if __name__ == "__main__":
    data.main("sales", analysis)
