"""What hostile texts, tables and calls are made of."""

from __future__ import annotations

from typing import Any

SCRIPT = '<img src=x onerror="window.__pwned=1">'

TEXTS: tuple[str, ...] = (
    "", " ", "\0", "red\0bag", "\x1b[31mred\x1b[0m\r\nFAKE LOG LINE", "\u202egab der",
    "\u2066red\u2069 \u200b\ufeffbag", "r\u0301\u0302\u0303\u0304e\u0301\u0302d" * 60, "Z" + "\u0300" * 3000,
    "red bag " * 12_500, "a" * 100_000, "\u200d".join("👩👩👧👦" * 40), "🏳️\u200d🌈" * 50, "🇩🇪🇨🇳" * 100,
    "红色 手提包 200元以下", "红" * 5000, "ｒｅｄ ｂａｇ", "red 红 rouge 赤 красный أحمر אדום लाल", "\ud800",
    "red \udfff bag \ud83d", "\uffff\ufffe", "'; DROP TABLE products; --", '" OR ""="', "1; SELECT pg_sleep(9)",
    "<script>window.__pwned=1</script>", SCRIPT, "<svg/onload=window.__pwned=1>", "javascript:window.__pwned=1",
    "{{7*7}}", "${7*7}", "#{7*7}", "{%print(7)%}", "`${window.__pwned=1}`", "{0.__class__.__mro__}", "%s%s%n%x",
    "%00%0a", "../../etc/passwd", "file:///etc/passwd", "${jndi:ldap://127.0.0.1/a}", "$(id)", "|id", "&& rm -rf /",
    "!!python/object", "\\x41\\u0041", "\\", '"', "'", "<", "&amp;", "(" * 5000, ")" * 99, "[" * 4000, "{" * 4000,
    "(((a+)+)+)+$" + "a" * 60 + "!", "*" * 999, "?" * 999, "^(a|a)*$", "under " * 2000, "not " * 2000, "-" * 2000,
    "not not not red", "without", "without without", "under", "under under 20", "under 1e999",
    "over 1e999 under -1e999", "price nan", "between nan and inf", "under 0", "under -5", "under " + "9" * 400,
    "under 9" * 300, "between 9" + "0" * 400 + " and 1", "rating over 99999999999999999999", "500% off",
    "0.0000000001 stars", "1e999", "NaN", "Infinity", "-0", "0x41414141", "1/0", "²³¹", "١٢٣", "Ⅷ", "½ price",
    "½" * 99, "²²²²²²²²", "①②③④⑤⑥⑦⑧", "00000000000000", "4006381333931", "４００６３８１３３３９３１", "9" * 5000,
    "1 2 3 4 5 6 7 8 9 0", "https://[", "https://[::1", "https://a@b@c:99999/?x#", "http://\u0000", "id:",
    "color:red category:", "color:" * 900, "price:..", "price:5..1", "a|b|c|" * 500, "=cmd|' /C calc'!A0", "+1+1",
    "@SUM(1)", "\t=1", "null", "None", "undefined", "true", "[]", "{}", "NULL\0", "ß ſ ı İ ﬁ", "İ" * 200, "ǆ" * 200,
    "ﷺ" * 300, "\u1e9e" * 99, "a\u0345" * 200, "ᾳ" * 99, "𝕣𝕖𝕕 𝕓𝕒𝕘", "\U0010ffff", "\t\n\v\f\r\x1c\x85\u2028\u2029",
    "a\nb\nc", "word " * 399, "x" * 400, "x" * 401, "x" * 2001, "ab" * 1999, ", , , ,", "......",
    "red, blue and green or", "and or not but", "7 cm x 9 cm x " * 60, "5 m 5 mm 5 km 5 inch",
    "999999999999999999999 cm", "cheap cheap", "like this but not like this", "similar to", "size " + "9" * 999,
    "\u3000\u3000", "　under　２０　", "二百元以下" * 50, "一百亿亿亿亿元以下", "不要" * 500, "零点零零元",
)  # fmt: skip
FILE_NAMES: tuple[str, ...] = (
    "", ".", "..", "../products.csv", "..\\products.csv", "../../../../etc/cron.d/x.csv", "/etc/passwd", "/abs/x.png",
    "C:\\Windows\\x.csv", "c:x.png", "\\\\127.0.0.1\\c$\\x.csv", "//127.0.0.1/x.csv", "CON", "con.csv", "NUL.csv",
    "AUX.png", "COM1.csv", "a" * 300 + ".csv", "é" * 200 + ".png", "x\0.csv", "x\n.csv", "x\r\nSet-Cookie: a=b.csv",
    "\u202evsc.exe", "x.csv\u202e", ".csv", "..csv", "x.CSV", "x.csv.", "x.csv ", "x.csv/", "x.csv::$DATA",
    "x.csv%00.png", "%2e%2e%2fx.csv", "..%2f..%2fx.csv", "....//x.csv", ".htaccess", "x.php", "x.svg", "x.html",
    "x.tar.gz", "x.zip.exe", "~/x.csv", "$HOME/x.csv", "-rf.csv", "--help.png", "x;id.csv", "x|id.png",
    "<img src=x>.png", "'\"><script>.csv", "=cmd.csv", "\ud800.csv", "a/b/c/d/e/f/g/h/i/j/k/l/m/n.png",
    "deep/" * 60 + "x.png", "__MACOSX/x.png", ".git/x.png", "products.csv/x.png", "products.CSV",
    "ＰＲＯＤＵＣＴＳ.csv", "x.csv\t", "*?.png", "red bag.png", "images/../x.png", "./x.png", "a//b.png",
)  # fmt: skip
CELLS: tuple[str, ...] = (
    "=1+1", "+1", "-1", "@x", "\tx", '"', '""', '"x', 'a"b', "'", "\0", "x\0y", ",", ";", "\\", "NaN", "nan", "inf",
    "-inf", "1e999", "-1e999", "9" * 400, "9" * 5000, "1,2,3,4", "1.2.3", "-5", "0x10", "١٢", "²", "½", "1_000", "$",
    "$$$", "€-5", "5/0", "5/" + "9" * 5000, "9/1", "0/0", "200%", "-20%", "1k", "9" * 400 + "k", "9" * 300 + "m",
    "in stock", "None", "null", "[", "[[[[", "[1,2", "[]", "{}", "{", '{"a":1}',
    '{"bytes": "x", "path": "/etc/passwd"}', '["/etc/passwd"]', "[" * 3000, "[" * 60_000, '{"a":' * 60_000, "a|b|c",
    "|", "||||", "a" * 70_000, "http://127.0.0.1/x.png", "https://[", "http://\0", "file:///etc/passwd",
    "/etc/passwd", "../../etc/passwd", "zip://x::y", "data:", "data:,", "data:image/png;base64,@@@",
    "data:text/html;base64,PHNjcmlwdD4=", "data:image/svg+xml;base64,PHN2Zz4=", "red.png", "RED.PNG",
    "red.png|red.png", "red.png|" * 400, SCRIPT, "javascript:alert(1)", "\u202e", "\ud83d\ude00", "红", " " * 9000,
    "\ufeff", "x\x1b[2J",
)  # fmt: skip
COLUMNS = (
    "id", "title", "price", "list_price", "discount", "rating", "reviews", "stock", "currency", "category", "brand",
    "color", "barcode", "url", "description", "title_zh", "image", "", "=x", "__class__", "a" * 300, "image_2",
    "weight", "id", "<b>", "\u202e", "x\0", "红",
)  # fmt: skip
PATHS: tuple[Any, ...] = (
    "/etc/passwd", "file:///etc/passwd", "red.png", "./app.py", "C:\\x.png", "http://127.0.0.1/x.png",
    "https://127.0.0.1/x.png", "https://localhost/x", "https://[::1]/x", "https://10.0.0.1/x",
    "https://169.254.169.254/latest/meta-data", "https://0/x", "https://2130706433/x", "https://0x7f.1/x",
    "ftp://127.0.0.1/x.png", "gopher://127.0.0.1/", "javascript:alert(1)", "data:text/html;base64,PGI+", "data:,x",
    "data:", "data:image/png;base64,", "data:image/png;base64,@@@@", "data:image/png,abc",
    "data:image/svg+xml;base64,PHN2Zy8+", "data:;base64,AAAA", "https://", "https:// x", "https://a b/",
    "https://\ud800/", "https://" + "a" * 3000, "https://a/" + "b" * 5000, "https://user:pw@127.0.0.1/",
    "HTTPS://127.0.0.1/", "https:\\\\127.0.0.1", "//127.0.0.1/x", "\\\\127.0.0.1\\x", {"path": "/etc/passwd"},
    {"url": "file:///etc/passwd"}, {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
    {"path": "http://127.0.0.1/x"}, ["/etc/passwd"], "example:0", "example:999",
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 10**6, 10**30, -(10**30), 0.5, -0.0, 1e308, float("inf"), float("-inf"),
    float("nan"), "", "x", "²", "9" * 5000, [], [None], [[]], {}, {"": ""}, {"a": {"b": {"c": []}}}, [1, 2, 3, 4],
    ["a", "b", "c", "d"], [0, 0, 9, float("nan")], [True, False, True, False], [float("inf")] * 4,
    [-1e308, -1e308, 1e308, 1e308], [10**400, 0, 9, 9], {"x0": 0, "y0": 0, "x1": "9", "y1": None}, {"min": "x"},
    {"min": 9, "max": 1}, {"min": None}, {"max": float("nan")}, {"min": 10**400}, ["x"] * 3000, "\ud800", "\0",
)  # fmt: skip
STATE_FIELDS = (
    "text", "ignore", "photo", "box", "share", "like", "more", "less", "filters", "sort", "ranker", "shown",
    "product", "compare", "view", "saved", "lang", "link", "noted", "typed", "room", "do", "key", "draft", "title",
    "upload", "hub", "offer", "token", "map_image", "run", "kind", "name",
)  # fmt: skip
FILTERS = (
    "category", "brand", "color", "price", "rating", "in_stock", "on_offer", "currency", "weight", "nothing", "",
    "__class__", "\0",
)  # fmt: skip
