# %% [markdown]
# # Stock prices and ticks
# A file a ticker: returns, volatility, drawdowns, months as candles, moving averages; then trades against their quotes.

# %%
import numpy as np

import data


# %%
def analysis(pd, folder):
    tickers = ["ACME", "BOLT", "CORE", "DUNE"]
    frames = {ticker: pd.read_csv(folder / f"{ticker}.csv", parse_dates=["Date"], index_col="Date") for ticker in tickers}
    prices = pd.concat(frames, names=["Ticker"]).reset_index()
    results = {"first days": prices.groupby("Ticker")["Date"].min(), "volume": prices.groupby("Ticker")["Volume"].sum()}

    prices = prices.sort_values(["Ticker", "Date"])
    prices["Return"] = prices.groupby("Ticker")["Close"].pct_change()
    prices["Log"] = np.log(prices["Close"] / prices.groupby("Ticker")["Close"].shift(1))
    prices["Typical"] = prices[["High", "Low", "Close"]].mean(axis=1)
    results["returns"] = prices.groupby("Ticker")["Return"].describe().round(5)
    results["yearly"] = prices.groupby("Ticker")["Log"].std() * np.sqrt(252)
    results["up days"] = prices["Return"].gt(0).groupby(prices["Ticker"]).mean()
    results["extreme"] = prices.loc[prices["Return"].abs().nlargest(5).index, ["Ticker", "Date", "Return"]]

    # Moving averages, and the days at which they cross.
    by_ticker = prices.groupby("Ticker")["Close"]
    prices["SMA20"] = by_ticker.transform(lambda close: close.rolling(20).mean())
    prices["SMA50"] = by_ticker.transform(lambda close: close.rolling(50).mean())
    prices["EMA12"] = by_ticker.transform(lambda close: close.ewm(span=12, adjust=False).mean())
    prices["Above"] = (prices["SMA20"] > prices["SMA50"]).astype(int)
    prices["Cross"] = prices.groupby("Ticker")["Above"].diff()
    results["crossings"] = prices[prices["Cross"].abs() == 1].groupby(["Ticker", "Cross"]).size().unstack()
    results["averages"] = prices.groupby("Ticker")[["SMA20", "SMA50", "EMA12"]].last()

    # Drawdown: how far below the highest close so far.
    prices["Peak"] = by_ticker.cummax()
    prices["Drawdown"] = prices["Close"] / prices["Peak"] - 1
    results["drawdowns"] = prices.loc[prices.groupby("Ticker")["Drawdown"].idxmin(), ["Ticker", "Date", "Drawdown"]]

    # One column a ticker.
    wide = prices.pivot(index="Date", columns="Ticker", values="Close")
    daily = wide.pct_change().dropna()
    results["correlations"] = daily.corr()
    results["beta"] = daily.cov()["ACME"] / daily["ACME"].var()
    results["wealth"] = (1 + daily).cumprod().iloc[-1]
    portfolio = daily.mean(axis=1)
    results["portfolio"] = {"mean": portfolio.mean() * 252, "risk": portfolio.std() * np.sqrt(252)}
    results["best months"] = portfolio.resample("ME").apply(lambda r: (1 + r).prod() - 1).nlargest(3)
    results["normalised"] = (wide / wide.iloc[0] * 100).iloc[::250].round(2)
    results["rolling"] = daily["ACME"].rolling(60).corr(daily["BOLT"]).dropna().tail(5)
    results["weekdays"] = daily.groupby(daily.index.day_name()).mean().round(6)
    results["who is best"] = daily.resample("YE").sum().idxmax(axis=1)

    # Months as candles.
    candles = frames["ACME"].resample("ME").agg({"Open": "first", "High": "max", "Low": "min", "Close": "last", "Volume": "sum"})
    results["candles"] = candles.tail(6)
    results["green"] = (candles["Close"] > candles["Open"]).sum()
    results["years"] = prices.set_index("Date").groupby(["Ticker", pd.Grouper(freq="YE")])["Close"].ohlc()

    # Each trade beside the last quote before it.
    trades = pd.read_csv(folder / "trades.csv", parse_dates=["time"])
    quotes = pd.read_csv(folder / "quotes.csv", parse_dates=["time"])
    both = pd.merge_asof(trades, quotes, on="time", by="ticker", tolerance=pd.Timedelta("30s"))
    both["side"] = np.where(both["price"] >= both["ask"], "buy", np.where(both["price"] <= both["bid"], "sell", "inside"))
    results["sides"] = both.groupby(["ticker", "side"])["size"].sum().unstack(fill_value=0)
    results["without a quote"] = both["bid"].isna().sum()
    both["value"] = both["price"] * both["size"]
    sums = both.groupby(["ticker", pd.Grouper(key="time", freq="60min")])[["value", "size"]].sum()
    results["vwap"] = (sums["value"] / sums["size"]).unstack("ticker").round(4)
    results["bars"] = both[both["ticker"] == "BOLT"].set_index("time")["price"].resample("30min").ohlc()
    results["largest"] = both.sort_values("value", ascending=False).groupby("ticker").nth(0)[["ticker", "price", "size"]]
    return results


# %%
if __name__ == "__main__":
    data.main("stocks", analysis)
