# Made of the table of methods.

from typing import Any, Generic, TypeVar

C = TypeVar("C")

class FrameNames:
    T: Any
    align: Any
    asfreq: Any
    asof: Any
    at: Any
    at_time: Any
    attrs: Any
    axes: Any
    between_time: Any
    boxplot: Any
    combine: Any
    combine_first: Any
    compare: Any
    convert_dtypes: Any
    corrwith: Any
    divide: Any
    dot: Any
    droplevel: Any
    empty: Any
    equals: Any
    ewm: Any
    expanding: Any
    explode: Any
    first_valid_index: Any
    flags: Any
    # from_arrow is refused
    hist: Any
    iat: Any
    interpolate: Any
    # isetitem is refused
    iterrows: Any
    itertuples: Any
    join: Any
    last_valid_index: Any
    memory_usage: Any
    mode: Any
    multiply: Any
    pivot: Any
    plot: Any
    product: Any
    reindex: Any
    reindex_like: Any
    rename_axis: Any
    reorder_levels: Any
    rolling: Any
    sample: Any
    select: Any
    set_axis: Any
    # set_flags is refused
    # sparse is refused
    squeeze: Any
    stack: Any
    style: Any
    subtract: Any
    swaplevel: Any
    take: Any
    to_clipboard: Any
    to_dict: Any
    to_excel: Any
    to_feather: Any
    to_hdf: Any
    to_html: Any
    to_iceberg: Any
    to_json: Any
    to_latex: Any
    to_markdown: Any
    to_numpy: Any
    to_orc: Any
    to_period: Any
    to_pickle: Any
    to_records: Any
    to_sql: Any
    to_stata: Any
    to_string: Any
    to_timestamp: Any
    to_xarray: Any
    to_xml: Any
    transform: Any
    transpose: Any
    truncate: Any
    tz_convert: Any
    tz_localize: Any
    unstack: Any
    # update is refused
    values: Any
    xs: Any

class GroupNames:
    apply: Any
    boxplot: Any
    corr: Any
    corrwith: Any
    cov: Any
    describe: Any
    ewm: Any
    expanding: Any
    filter: Any
    get_group: Any
    groups: Any
    hist: Any
    idxmax: Any
    idxmin: Any
    indices: Any
    # keys is refused
    # level is refused
    ndim: Any
    ngroups: Any
    ohlc: Any
    pipe: Any
    plot: Any
    resample: Any
    rolling: Any
    sample: Any
    take: Any

class DateNames(Generic[C]):
    def as_unit(self, *args: Any, **kwargs: Any) -> C: ...
    asfreq: Any
    def ceil(self, *args: Any, **kwargs: Any) -> C: ...
    components: Any
    date: Any
    day: C
    def day_name(self, *args: Any, **kwargs: Any) -> C: ...
    day_of_week: C
    day_of_year: C
    days: C
    days_in_month: C
    end_time: Any
    def floor(self, *args: Any, **kwargs: Any) -> C: ...
    freq: Any
    hour: C
    is_leap_year: C
    is_month_end: C
    is_month_start: C
    is_quarter_end: C
    is_quarter_start: C
    is_year_end: C
    is_year_start: C
    microsecond: C
    microseconds: C
    minute: C
    month: C
    def month_name(self, *args: Any, **kwargs: Any) -> C: ...
    nanosecond: C
    nanoseconds: C
    def normalize(self, *args: Any, **kwargs: Any) -> C: ...
    quarter: C
    qyear: Any
    def round(self, *args: Any, **kwargs: Any) -> C: ...
    second: C
    seconds: C
    start_time: Any
    def strftime(self, *args: Any, **kwargs: Any) -> C: ...
    time: Any
    timetz: Any
    to_period: Any
    to_pydatetime: Any
    to_pytimedelta: Any
    to_timestamp: Any
    def total_seconds(self, *args: Any, **kwargs: Any) -> C: ...
    def tz_convert(self, *args: Any, **kwargs: Any) -> C: ...
    week: Any
    weekofyear: Any
    year: C

class TextNames(Generic[C]):
    def capitalize(self, *args: Any, **kwargs: Any) -> C: ...
    def casefold(self, *args: Any, **kwargs: Any) -> C: ...
    def center(self, *args: Any, **kwargs: Any) -> C: ...
    def contains(self, *args: Any, **kwargs: Any) -> C: ...
    def count(self, *args: Any, **kwargs: Any) -> C: ...
    decode: Any
    encode: Any
    def endswith(self, *args: Any, **kwargs: Any) -> C: ...
    extractall: Any
    def find(self, *args: Any, **kwargs: Any) -> C: ...
    findall: Any
    def fullmatch(self, *args: Any, **kwargs: Any) -> C: ...
    def get(self, *args: Any, **kwargs: Any) -> C: ...
    get_dummies: Any
    def index(self, *args: Any, **kwargs: Any) -> C: ...
    def isalnum(self, *args: Any, **kwargs: Any) -> C: ...
    def isalpha(self, *args: Any, **kwargs: Any) -> C: ...
    def isascii(self, *args: Any, **kwargs: Any) -> C: ...
    def isdecimal(self, *args: Any, **kwargs: Any) -> C: ...
    def isdigit(self, *args: Any, **kwargs: Any) -> C: ...
    def islower(self, *args: Any, **kwargs: Any) -> C: ...
    def isnumeric(self, *args: Any, **kwargs: Any) -> C: ...
    def isspace(self, *args: Any, **kwargs: Any) -> C: ...
    def istitle(self, *args: Any, **kwargs: Any) -> C: ...
    def isupper(self, *args: Any, **kwargs: Any) -> C: ...
    def join(self, *args: Any, **kwargs: Any) -> C: ...
    def len(self, *args: Any, **kwargs: Any) -> C: ...
    def ljust(self, *args: Any, **kwargs: Any) -> C: ...
    def lower(self, *args: Any, **kwargs: Any) -> C: ...
    def lstrip(self, *args: Any, **kwargs: Any) -> C: ...
    def match(self, *args: Any, **kwargs: Any) -> C: ...
    def normalize(self, *args: Any, **kwargs: Any) -> C: ...
    def pad(self, *args: Any, **kwargs: Any) -> C: ...
    partition: Any
    def removeprefix(self, *args: Any, **kwargs: Any) -> C: ...
    def removesuffix(self, *args: Any, **kwargs: Any) -> C: ...
    def repeat(self, *args: Any, **kwargs: Any) -> C: ...
    def replace(self, *args: Any, **kwargs: Any) -> C: ...
    def rfind(self, *args: Any, **kwargs: Any) -> C: ...
    def rindex(self, *args: Any, **kwargs: Any) -> C: ...
    def rjust(self, *args: Any, **kwargs: Any) -> C: ...
    rpartition: Any
    rsplit: Any
    def rstrip(self, *args: Any, **kwargs: Any) -> C: ...
    def slice(self, *args: Any, **kwargs: Any) -> C: ...
    def slice_replace(self, *args: Any, **kwargs: Any) -> C: ...
    split: Any
    def startswith(self, *args: Any, **kwargs: Any) -> C: ...
    def strip(self, *args: Any, **kwargs: Any) -> C: ...
    def swapcase(self, *args: Any, **kwargs: Any) -> C: ...
    def title(self, *args: Any, **kwargs: Any) -> C: ...
    def upper(self, *args: Any, **kwargs: Any) -> C: ...
    def wrap(self, *args: Any, **kwargs: Any) -> C: ...
    def zfill(self, *args: Any, **kwargs: Any) -> C: ...
