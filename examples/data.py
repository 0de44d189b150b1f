"""Data for the examples: folders of CSV files of the shapes that people publish, made up, and the same each time.

Each function writes one data set into a folder; `scale` makes it larger. `read` is a folder as one frame, and `main` what the
examples do when they are run as programs.
"""

from __future__ import annotations

import argparse
import importlib
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

LETTERS = np.array(list("ABCDEFGHJKLMNPRSTUVWXYZ"))


def read(module: ModuleType, pattern: Path, **options: Any) -> Any:
    """All files of a pattern as one frame: pandas needs a loop for it, and lazyframe the pattern."""
    if module.__name__ == "lazyframe":
        return module.read_csv(str(pattern), **options)
    files = sorted(pattern.parent.glob(pattern.name))
    return pd.concat([pd.read_csv(file, **options) for file in files], ignore_index=True)


def computed(module: ModuleType, results: dict[str, Any]) -> dict[str, Any]:
    """The results of an analysis as objects of pandas; lazy ones are computed together."""
    return module.compute(results)[0] if module.__name__ == "lazyframe" else results


def main(name: str, analysis: Callable[[ModuleType, Path], dict[str, Any]]) -> None:
    """Make the data, run the analysis with the module that the command line names, and print what it finds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("module", nargs="?", default="lazyframe", choices=["lazyframe", "pandas"])
    parser.add_argument("--scale", type=int, default=1, help="how many times the rows")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = write(name, Path(folder), options.scale)
        start = time.perf_counter()
        module = importlib.import_module(options.module)
        for title, result in computed(module, analysis(module, made)).items():
            print(f"--- {title}\n{result}\n")
        print(f"{options.module}: {time.perf_counter() - start:.1f} s")


def write(name: str, folder: Path, scale: int = 1) -> Path:
    """Write the data set of an example, and give the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    WRITERS[name](folder, np.random.default_rng(sum(map(ord, name))), scale)
    return folder


def _moments(random: np.random.Generator, start: str, days: int, count: int) -> pd.DatetimeIndex:
    seconds = np.sort(random.integers(0, days * 86_400, count))
    return pd.Timestamp(start) + pd.to_timedelta(seconds, unit="s")


def taxi(folder: Path, random: np.random.Generator, scale: int) -> None:
    """Trips by month, of the columns of New York's taxis; zones."""
    boroughs = ["Manhattan", "Queens", "Brooklyn", "Bronx", "Staten Island"]
    zones = pd.DataFrame({"LocationID": range(1, 61)})
    zones["Borough"] = [boroughs[number % 5] if number < 58 else None for number in range(60)]
    zones["Zone"] = ["Zone " + LETTERS[number % 23] + str(number) for number in range(60)]
    zones.to_csv(folder / "zones.csv", index=False)
    for month in (1, 2, 3):
        count = 4000 * scale
        pickup = _moments(random, f"2024-{month:02d}-01", 28, count)
        distance = random.gamma(2, 1.6, count).round(2)
        minutes = distance * random.uniform(2, 7, count) + 2
        fare = (3 + distance * 2.5 + minutes * 0.5).round(1)
        trips = pd.DataFrame(
            {
                "VendorID": random.choice([1, 2], count),
                "tpep_pickup_datetime": pickup,
                "tpep_dropoff_datetime": pickup + pd.to_timedelta((minutes * 60).astype(int), unit="s"),
                "passenger_count": random.choice([1, 1, 1, 2, 3, np.nan], count),
                "trip_distance": np.where(random.random(count) < 0.01, 0, distance),
                "store_and_fwd_flag": random.choice(["N", "N", "N", "Y", None], count),
                "PULocationID": random.integers(1, 61, count),
                "DOLocationID": random.integers(1, 61, count),
                "payment_type": random.choice([1, 1, 1, 2, 3, 4], count),
                "fare_amount": np.where(random.random(count) < 0.01, -fare, fare),
                "tip_amount": (fare * random.choice([0, 0, 0.1, 0.15, 0.2], count)).round(2),
                "tolls_amount": random.choice([0, 0, 0, 6.94], count),
            }
        )
        trips.to_csv(folder / f"yellow_tripdata_2024-{month:02d}.csv", index=False)


def flights(folder: Path, random: np.random.Generator, scale: int) -> None:
    """Flights by month, with times as hhmm, and none where one was cancelled; airlines; weather by the hour."""
    carriers = pd.DataFrame(
        {"carrier": ["UA", "B6", "AA", "DL", "WN"], "name": ["United", "JetBlue", "American", "Delta", "Southwest"]}
    )
    carriers.to_csv(folder / "airlines.csv", index=False)
    hours = pd.date_range("2023-01-01", "2023-03-31 23:00", freq="h")
    weather = pd.DataFrame({"time_hour": np.tile(hours, 3), "origin": np.repeat(["EWR", "JFK", "LGA"], len(hours))})
    weather["wind_speed"] = random.gamma(3, 4, len(weather)).round(1)
    weather["visib"] = np.minimum(10, random.gamma(8, 1.5, len(weather))).round(1)
    weather.sample(frac=0.97, random_state=1).sort_index().to_csv(folder / "weather.csv", index=False)
    for month in (1, 2, 3):
        count = 4000 * scale
        day = np.sort(random.integers(1, 29, count))
        hour, minute = random.integers(5, 23, count), random.choice([0, 5, 15, 30, 45, 59], count)
        delay = (random.gamma(0.7, 25, count) - 8).round()
        cancelled = random.random(count) < 0.025
        table = pd.DataFrame(
            {
                "year": 2023,
                "month": month,
                "day": day,
                "sched_dep_time": hour * 100 + minute,
                "dep_delay": np.where(cancelled, np.nan, delay),
                "arr_delay": np.where(cancelled, np.nan, delay + random.normal(-4, 12, count).round()),
                "carrier": random.choice(carriers.carrier, count),
                "tailnum": ["N" + str(number) + "AB" for number in random.integers(100, 180, count)],
                "origin": random.choice(["EWR", "JFK", "LGA"], count),
                "dest": random.choice(["LAX", "ORD", "ATL", "BOS", "MIA", "SFO", "DEN"], count),
                "air_time": np.where(cancelled, np.nan, random.integers(40, 360, count)),
                "distance": random.integers(180, 2600, count),
            }
        )
        table.to_csv(folder / f"flights-2023-{month:02d}.csv", index=False)


def weather(folder: Path, random: np.random.Generator, scale: int) -> None:
    """One file a station, in tenths of degrees with -9999 for missing, and gaps; where the stations are."""
    names = ["Berlin", "Oslo", "Madrid", "Cairo", "Quito"]
    stations = pd.DataFrame({"id": [f"ST{number:05d}" for number in (1, 2, 3, 4, 5)], "name": names})
    stations["latitude"] = [52.5, 59.9, 40.4, 30.0, -0.2]
    stations["elevation"] = [34, 23, 667, 23, 2850]
    stations.to_csv(folder / "stations.csv", index=False)
    for station in stations.itertuples():
        days = pd.date_range("2019-01-01", periods=1800 * scale)
        season = np.cos((days.dayofyear - 200) / 365 * 2 * np.pi) * (station.latitude / 4)
        high = ((26 - abs(station.latitude) / 4 + season + random.normal(0, 3, len(days))) * 10).astype(int)
        table = pd.DataFrame(
            {"STATION": station.id, "DATE": days, "TMAX": high, "TMIN": high - random.integers(40, 140, len(days))}
        )
        table["PRCP"] = np.where(random.random(len(days)) < 0.6, 0, random.gamma(1, 40, len(days)).round()).astype(int)
        for column in ("TMAX", "TMIN", "PRCP"):
            table.loc[random.random(len(days)) < 0.02, column] = -9999
        table["FLAGS"] = random.choice([None, None, "X,7", "I,S"], len(days))
        table[random.random(len(days)) < 0.99].to_csv(folder / f"{station.id}.csv", index=False)


def sales(folder: Path, random: np.random.Generator, scale: int) -> None:
    """Orders by quarter, with prices as text, returns as negative quantities; products; stores."""
    categories = ["Garden", "Kitchen", "Office", "Toys"]
    products = pd.DataFrame({"sku": [f"P-{number:03d}" for number in range(60)]})
    products["category"] = [categories[number % 4] for number in range(60)]
    products["unit_cost"] = random.uniform(2, 80, 60).round(2)
    products.to_csv(folder / "products.csv", index=False)
    pd.DataFrame({"store": [1, 2, 3, 4], "city": ["Lyon", "Turin", "Ghent", "Porto"], "region": ["FR", "IT", "BE", "PT"]}).to_csv(
        folder / "stores.csv", index=False
    )
    for quarter in (1, 2, 3, 4):
        count = 3000 * scale
        table = pd.DataFrame({"order_id": np.arange(count) // 3 + quarter * 1_000_000})
        moment = _moments(random, f"2025-{quarter * 3 - 2:02d}-01", 90, count // 3 + 1)
        table["date"] = moment[np.arange(count) // 3].strftime("%d/%m/%Y %H:%M")
        table["customer"] = random.integers(1, 900, count // 3 + 1)[np.arange(count) // 3]
        table["store"] = random.integers(1, 6, count)
        table["sku"] = [f"P-{number:03d}" for number in random.integers(0, 62, count)]
        table["quantity"] = random.choice([1, 1, 1, 2, 3, 10, -1], count)
        table["price"] = [f"${price:,.2f}" for price in random.gamma(1.2, 300, count)]
        table["coupon"] = random.choice([None, None, None, "SPRING", "vip"], count)
        table.to_csv(folder / f"orders-2025-q{quarter}.csv", index=False)


def sensors(folder: Path, random: np.random.Generator, scale: int) -> None:
    """A file a day, of readings at uneven moments, some of them twice, some of them no number; when devices were calibrated."""
    for day in (1, 2, 3, 4):
        count = 3500 * scale
        table = pd.DataFrame({"time": _moments(random, f"2026-05-{day:02d}", 1, count)})
        table["device"] = random.choice(["pump-1", "pump-2", "fan-1", "fan-2"], count)
        hours = table.time.dt.hour.to_numpy()
        table["temperature"] = (40 + 8 * np.sin(hours / 24 * 6.28) + random.normal(0, 1.5, count)).round(2)
        table["pressure"] = random.normal(1013, 4, count).round(1)
        table["status"] = random.choice(["OK"] * 20 + ["WARN", "ERR 17", "ERR 4"], count)
        table.loc[random.random(count) < 0.003, "temperature"] = 999.9
        table["pressure"] = table.pressure.astype(str).mask(random.random(count) < 0.004, "n/c")
        pd.concat([table, table.sample(20, random_state=day)]).sort_values("time", kind="stable").to_csv(
            folder / f"readings-2026-05-{day:02d}.csv", index=False
        )
    moments = _moments(random, "2026-04-30", 5, 12)
    pd.DataFrame(
        {"time": moments, "device": ["pump-1", "pump-2", "fan-1", "fan-2"] * 3, "offset": random.normal(0, 0.5, 12).round(3)}
    ).to_csv(folder / "calibration.csv", index=False)


def elections(folder: Path, random: np.random.Generator, scale: int) -> None:
    """A file a state and year, a line a candidate and county; who could vote."""
    parties = ["Blue", "Red", "Green", "Independent"]
    registered = []
    for state in ("Arden", "Borea", "Cumbria"):
        lean = random.dirichlet([6, 6, 2, 1])
        counties = [f"{state[:2].upper()}{number:03d}" for number in range(60 * scale)]
        for year in (2020, 2024):
            rows = []
            for county in counties:
                voters = int(random.gamma(2, 20_000)) + 500
                registered.append((state, county, year, int(voters / random.uniform(0.5, 0.8))))
                for party, votes in zip(parties, random.multinomial(voters, random.dirichlet(lean * 30 + 0.1)), strict=True):
                    rows.append(
                        (county, f"{party[0]}. {state} Candidate", party, random.choice(["election day", "mail"]), votes // 2)
                    )
                    rows.append((county, f"{party[0]}. {state} Candidate", party, "early", votes - votes // 2))
            table = pd.DataFrame(rows, columns=["county", "candidate", "party", "mode", "votes"])
            table.to_csv(folder / f"{year}-{state.lower()}.csv", index=False)
    pd.DataFrame(registered, columns=["state", "county", "year", "registered"]).to_csv(folder / "registered.csv", index=False)


def weblogs(folder: Path, random: np.random.Generator, scale: int) -> None:
    """Access logs in the combined format of web servers, one a day."""
    pages = [
        "/",
        "/about",
        "/shop",
        "/shop/cart",
        "/blog/2026/hello-world",
        "/blog/2026/slow?ref=mail",
        "/img/logo.png",
        "/wp-login.php",
    ]
    agents = [
        "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Safari/605.1",
        "curl/8.5.0",
    ]
    agents.append("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
    for day in (1, 2, 3):
        lines = []
        for moment in _moments(random, f"2026-03-{day:02d}", 1, 4000 * scale):
            visitor = int(random.integers(0, 300))
            status = random.choice([200, 200, 200, 200, 304, 404, 500])
            size = "-" if status == 304 else str(random.integers(200, 90_000))
            method = random.choice(["GET", "GET", "GET", "POST"])
            lines.append(
                f"10.0.{visitor // 250}.{visitor % 250} - - [{moment:%d/%b/%Y:%H:%M:%S} +0000] "
                f'"{method} {pages[int(random.integers(0, 8))]} HTTP/1.1" {status} {size} "-" "{agents[visitor % 4]}"\n'
            )
        (folder / f"access-2026-03-{day:02d}.log").write_text("".join(lines), "utf-8")


def movies(folder: Path, random: np.random.Generator, scale: int) -> None:
    """Ratings in parts, with moments in seconds; movies with the year in the title and genres in one field; tags."""
    genres = ["Action", "Comedy", "Drama", "Horror", "Romance", "Sci-Fi"]
    words = ["Night", "River", "Return", "Last", "Golden", "Machine", "Letters", "Storm"]
    count = 240
    table = pd.DataFrame({"movieId": range(1, count + 1)})
    table["title"] = [
        f"{words[a]} {words[b]}, The ({year})" if year > 1962 else f"{words[a]} {words[b]}"
        for a, b, year in zip(
            random.integers(0, 8, count), random.integers(0, 8, count), random.integers(1960, 2024, count), strict=True
        )
    ]
    table["genres"] = [
        "|".join(sorted(set(random.choice(genres, random.integers(1, 4))))) if number % 40 else "(no genres listed)"
        for number in range(count)
    ]
    table.to_csv(folder / "movies.csv", index=False)
    for part in range(4):
        rows = 4500 * scale
        ratings = pd.DataFrame({"userId": random.integers(1, 400, rows), "movieId": random.zipf(1.3, rows) % count + 1})
        ratings["rating"] = random.choice(np.arange(1, 11) / 2, rows, p=np.array([1, 1, 2, 2, 4, 8, 8, 10, 6, 6]) / 48)
        ratings["timestamp"] = random.integers(1_500_000_000, 1_700_000_000, rows)
        ratings.to_csv(folder / f"ratings-{part}.csv", index=False)
    tags = pd.DataFrame({"userId": random.integers(1, 400, 600), "movieId": random.integers(1, count + 1, 600)})
    tags["tag"] = random.choice(["funny", "Funny ", "classic", "boring", "BORING", "twist ending", None], 600)
    tags.to_csv(folder / "tags.csv", index=False)


def stocks(folder: Path, random: np.random.Generator, scale: int) -> None:
    """A file a ticker, daily; trades of one day with their quotes, to the millisecond."""
    for ticker in ("ACME", "BOLT", "CORE", "DUNE"):
        days = pd.bdate_range("2021-01-04", periods=1000 * scale)
        close = 50 * np.exp(np.cumsum(random.normal(0.0004, 0.018, len(days))))
        spread = np.abs(random.normal(0, 0.012, len(days)))
        table = pd.DataFrame({"Date": days, "Open": (close * random.normal(1, 0.006, len(days))).round(2)})
        table["High"], table["Low"] = (close * (1 + spread) + 0.5).round(2), (close * (1 - spread) - 0.5).round(2)
        table["Close"], table["Volume"] = close.round(2), random.integers(10_000, 900_000, len(days))
        table.to_csv(folder / f"{ticker}.csv", index=False)
    for name, count in (("trades", 3000), ("quotes", 6000)):
        milliseconds = np.sort(random.integers(0, 23_400_000, count * scale))
        table = pd.DataFrame({"time": pd.Timestamp("2026-02-02 09:30") + pd.to_timedelta(milliseconds, unit="ms")})
        table["ticker"] = random.choice(["ACME", "BOLT", "CORE"], len(table))
        price = 100 + np.cumsum(random.normal(0, 0.01, len(table)))
        if name == "trades":
            table["price"], table["size"] = price.round(2), random.integers(1, 40, len(table)) * 100
        else:
            table["bid"], table["ask"] = (price - 0.01).round(2), (price + 0.01).round(2)
        table.to_csv(folder / f"{name}.csv", index=False)


def portal(folder: Path, random: np.random.Generator, scale: int) -> None:
    """Permits of a town, as its offices export them: other columns, orders and spellings each year, and a total at the end."""
    districts = ["Altstadt", "NORDSTADT", "Südvorstadt", " Altstadt", "nordstadt", "Weststadt (neu)", "k.A."]
    kinds = ["Neubau", "Umbau", "Abriss", "umbau "]
    for year in (2022, 2023, 2024):
        count = 3000 * scale
        table = pd.DataFrame({"Aktenzeichen": [f"B-{year}-{number:05d}" for number in range(count)]})
        days = pd.Timestamp(f"{year}-01-01") + pd.to_timedelta(np.sort(random.integers(0, 365, count)), unit="D")
        table["Eingang"] = days.strftime("%d.%m.%Y")
        decided = (days + pd.to_timedelta(random.integers(5, 300, count), unit="D")).strftime("%d.%m.%Y")
        table["Bescheid"] = pd.Series(decided).mask(random.random(count) < 0.15, "offen")
        table["Stadtteil"] = random.choice(districts, count)
        table["Art"] = random.choice(kinds, count)
        table["PLZ"] = random.choice(["01067", "01099", "04109", "4109", ""], count)
        table["Baukosten (EUR)"] = [
            f"{cost:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".") for cost in random.gamma(1, 200_000, count)
        ]
        table["Wohnungen"] = random.choice(["0", "1", "2", "12", "-", "ca. 5"], count)
        table["Kontakt"] = [f"amt{number % 7}@stadt.example; Tel. 0351/{number:05d}" for number in range(count)]
        table = pd.concat([table, table.iloc[[5, 9, 17]]])
        if year == 2023:
            table = table[
                ["Aktenzeichen", "Art", "Stadtteil", "Eingang", "Bescheid", "PLZ", "Wohnungen", "Baukosten (EUR)", "Kontakt"]
            ]
        if year == 2024:
            table = table.drop(columns="Kontakt").assign(Online=random.choice(["ja", "nein"], len(table)))
        table.to_csv(folder / f"bauantraege_{year}.csv", index=False, sep=";", encoding="latin-1")


WRITERS = {
    writer.__name__: writer for writer in (taxi, flights, weather, sales, sensors, elections, weblogs, movies, stocks, portal)
}
