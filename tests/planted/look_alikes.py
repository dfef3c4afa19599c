"""What looks like personal data and is none: dates, versions, numbers of books, places, at-signs of code, hashes.

Each is written as people write it, with the word or sign before it by which a reader knows it, where there is one.
"""

import string
from collections.abc import Callable, Mapping
from random import Random

from tests.planted import checked

Words = Mapping[str, str | list[str]]
Made = tuple[str, str]
"""What stands before a look-alike, and the look-alike."""


def date(random: Random, words: Words) -> Made:
    """A day in one of the forms of the world, some with the time."""
    year, month, day = random.randint(1950, 2030), random.randint(1, 12), random.randint(1, 28)
    clock = f"{random.randint(0, 23):02}:{random.randint(0, 59):02}:{random.randint(0, 59):02}"
    return "", random.choice(
        [
            f"{day:02}/{month:02}/{year}",
            f"{day:02}.{month:02}.{year}",
            f"{day:02}-{month:02}-{year}",
            f"{month}/{day}/{year % 100:02}",
            f"{year}-{month:02}-{day:02}",
            f"{year}-{month:02}-{day:02} {clock}",
            f"{year}-{month:02}-{day:02}T{clock}Z",
            f"{year}年{month}月{day}日",
            f"{year}/{month:02}/{day:02}",
            f"{year}{month:02}{day:02}",
        ]
    )


def time(random: Random, words: Words) -> Made:
    """A time of day or two."""
    hour, minute = random.randint(0, 22), random.randint(0, 59)
    return "", random.choice(
        [f"{hour:02}:{minute:02}", f"{hour:02}:{minute:02}:{minute:02}", f"{hour}:{minute:02}–{hour + 1}:{minute:02}"]
    )


def years(random: Random, words: Words) -> Made:
    """A range of years, or a list of them."""
    first = random.randint(1700, 2000)
    some = [str(first + step) for step in (0, random.randint(1, 9), random.randint(10, 20))]
    return "", random.choice([f"{first}-{first + 4}", f"{first}–{first + 24}", ", ".join(some), " ".join(some)])


def pages(random: Random, words: Words) -> Made:
    """A range of pages."""
    first = random.randint(2, 1400)
    return str(words["page"]), random.choice([f"{first}–{first + 17}", f"{first}-{first + 9}", f"{first}"])


def version(random: Random, words: Words) -> Made:
    """The version of a program, of two to four parts."""
    parts = [str(random.randint(1, 30)) for _ in range(random.choice([2, 3, 3, 4, 4]))]
    if random.random() < 0.4:
        program = random.choice(["LibreOffice", "Firefox", "Linux", "Python", "Windows", "Chrome"])
        return program, random.choice(["", "v"]) + ".".join(parts)
    tail = random.choice(["", "", "-rc1", "-beta.2", "+b12"])
    return str(words["version"]), random.choice(["", "", "v"]) + ".".join(parts) + tail


def section(random: Random, words: Words) -> Made:
    """The number of a section, of four parts, before its title or after a paragraph sign."""
    return random.choice(["§", "§", "Art."]), ".".join(str(random.randint(1, 20)) for _ in range(4))


def isbn(random: Random, words: Words) -> Made:
    """A number of a book or of a journal, the check digit right."""
    if random.random() < 0.3:
        body = checked.digits(random, 7)
        check = -sum(int(digit) * weight for digit, weight in zip(body, range(8, 1, -1), strict=True)) % 11
        return "ISSN", f"{body[:4]}-{body[4:]}{'X' if check == 10 else check}"
    body = f"978{checked.digits(random, 9)}"
    check = -sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(body)) % 10
    parts = (body[:3], body[3:4], body[4:7], body[7:], str(check))
    return random.choice(["ISBN", "ISBN:"]), random.choice(["-", "-", " ", ""]).join(parts)


def coordinates(random: Random, words: Words) -> Made:
    """A place on earth, in degrees with decimals or with minutes and seconds."""
    north, east = random.uniform(-35, 60), random.uniform(-20, 120)
    return "", random.choice(
        [
            f"{north:.4f}, {east:.4f}",
            f"{north:.6f},{east:.6f}",
            f"{int(abs(north))}°{random.randint(0, 59):02}′{random.randint(0, 59):02}″N {int(abs(east))}°12′45″E",
        ]
    )


def price(random: Random, words: Words) -> Made:
    """A sum of money."""
    amount = random.randint(1000, 99_999_999)
    grouped = f"{amount:,}"
    return "", random.choice(
        [
            f"${grouped}.00",
            f"€{grouped.replace(',', '.')},50",
            f"{grouped.replace(',', ' ')} FCFA",
            f"₦{grouped}",
            f"{grouped} KES",
            f"₹{amount // 100000},{amount // 1000 % 100:02},{amount % 1000:03}",
            f"R{grouped.replace(',', ' ')}.00",
            f"{amount} VND",
        ]
    )


def count(random: Random, words: Words) -> Made:
    """A large number, a fraction with many digits, a ratio."""
    amount = random.randint(10**6, 10**10)
    return "", random.choice(
        [
            f"{amount:,}",
            f"{amount:,}".replace(",", " "),
            f"{amount:,}".replace(",", "."),
            f"{amount}",
            f"{random.random():.12f}",
            f"3.{checked.digits(random, 14)}",
            f"{random.randint(2, 90)} × {random.randint(100, 999)} = {amount // 1000}",
        ]
    )


def score(random: Random, words: Words) -> Made:
    """The result of a match."""
    sets = [f"{random.randint(11, 30)}:{random.randint(9, 25)}" for _ in range(3)]
    return "", random.choice([f"{random.randint(0, 7)}-{random.randint(0, 5)}", " ".join(sets), "6-4 3-6 7-6(5)"])


def chemical(random: Random, words: Words) -> Made:
    """The name or formula of a compound."""
    compounds = ["C6H12O6", "C27H46O", "2,4-dichlorophenol", "N-acetyl-p-aminophenol", "1,1,1-trichloroethane"]
    compounds += ["Ca3(PO4)2", "2,3,7,8-TCDD", "CuSO4·5H2O", "3-(3,4-dihydroxyphenyl)-L-alanine", "CAS 7732-18-5"]
    return "", random.choice(compounds)


DECORATORS = (
    *("property", "staticmethod", "pytest.fixture", 'app.route("/home")', "functools.cache", "dataclass(frozen=True)"),
    *("torch.no_grad()", "click.command()", "pytest.mark.parametrize", "router.get('/items/{id}')", "login_required"),
    *("contextmanager", "numba.njit", "abstractmethod", "celery.task(bind=True)", "my_decorator"),
)
"""Of Python; a function follows."""

ANNOTATIONS = (
    *(
        "Override",
        "Test",
        "Nullable",
        "Autowired",
        'SuppressWarnings("unchecked")',
        'GetMapping("/users")',
        "Deprecated",
    ),
    *("Entity", "JsonProperty", "BeforeEach", "FunctionalInterface", "Inject", "MainActor", "objc"),
)
"""Of Java, Kotlin and Swift; a method follows."""

CODE = (
    *(
        "@media (max-width: 600px) {",
        "@font-face { font-family: Serif }",
        '@import url("print.css");',
        "@tailwind base;",
    ),
    *("@keyframes fade { from { opacity: 0 } }", "@media print { nav { display: none } }", "@include button($red);"),
    *(
        "@supports (display: grid) {",
        '@charset "utf-8";',
        "@layer base, theme;",
        "@mixin rounded($size) {",
        "@extend .box;",
    ),
    *("/** @param area the name\n * @return the text */", "/** @throws IOException if closed */", "@see Reader#read"),
    *("@interface Reader : NSObject", "@synchronized(self) {", "@selector(load:)", "@autoreleasepool {", "@echo off"),
    *(
        "@Component({ selector: 'app-root' })",
        "@Input() name: string;",
        "// @ts-ignore",
        "@article{smith2004, title={A}}",
    ),
    *("SELECT @total := 5;", "DECLARE @count INT = 0;", "my @lines = <FILE>;", "@instance = Reader.new", "echo $@all"),
)
"""Of style sheets, comments, Objective-C, shells, TypeScript, BibTeX, SQL, Perl and Ruby."""


def at_in_code(random: Random, words: Words) -> Made:
    """A decorator or annotation, a rule of a style sheet, a tag of a comment, a variable."""
    name = random.choice(["area", "render", "load"])
    return "", random.choice(
        [
            f"@{random.choice(DECORATORS)}\ndef {name}(self):",
            f"@{random.choice(ANNOTATIONS)}\npublic void {name}() {{",
            random.choice(CODE),
            random.choice(CODE),
        ]
    )


PACKAGES = (
    *("@babel/core", "@types/node", "@angular/core", "@vue/cli@4.5.0", "lodash@4.17.21", "left-pad@latest"),
    *("@prisma/client", "@reduxjs/toolkit@1.9.7", "react@next", "@emotion/react", "@nestjs/common", "vue@3.4.0-rc.1"),
)


def package(random: Random, words: Words) -> Made:
    """A package of npm with its scope, or with the version after an at-sign."""
    return random.choice(["npm install", "npm i", "yarn add", "npx"]), random.choice(PACKAGES)


def matrix(random: Random, words: Words) -> Made:
    """A product of matrices as Python writes it, other at-signs of mathematics."""
    return "", random.choice(
        [
            "y = W@x + b",
            "A@B.T",
            "scores = q@k.transpose(-2, -1)",
            "(a@b)@c == a@(b@c)",
            "x = np.eye(3)@M.inv()",
            "P@5 = 0.8, MAP@100 = 0.4",
            "icon@2x.png",
        ]
    )


def remote(random: Random, words: Words) -> Made:
    """The address of a repository, whose user is the program."""
    host, name = random.choice(["example.org", "git.example.com"]), random.choice(["reader", "corpus", "tools"])
    return "git clone", random.choice([f"git@{host}:team/{name}.git", f"ssh://git@{host}/team/{name}.git"])


def at_the_price(random: Random, words: Words) -> Made:
    """The commercial at."""
    return "", random.choice(["12 @ $3.50", "3 kg @ 500", "@ 10:30", "5 @ 2.000", "6@150"])


def colour(random: Random, words: Words) -> Made:
    """A colour of a style sheet."""
    return "color:", f"#{random.randrange(0x1000000):06x};"


def fingerprint(random: Random, words: Words) -> Made:
    """The hash of a file or of a commit."""
    name, size = random.choice([("MD5", 32), ("SHA-1", 40), ("SHA-256", 64), ("commit", 40), ("commit", 7)])
    return name, "".join(random.choices("0123456789abcdef", k=size))


def uuid(random: Random, words: Words) -> Made:
    """An identifier by RFC 9562."""
    text = "".join(random.choices("0123456789abcdef", k=32))
    return "UUID", f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def mac(random: Random, words: Words) -> Made:
    """The address of a network card."""
    return "MAC", random.choice(":-").join(f"{random.randrange(256):02x}" for _ in range(6))


def tracking(random: Random, words: Words) -> Made:
    """The number of a parcel, of an order, of a part; a reference of a creditor (ISO 11649)."""
    body = "".join(random.choices(string.ascii_uppercase + string.digits, k=14))
    return random.choice(
        [
            ("Tracking", f"R{random.choice('ABCR')}{checked.digits(random, 9)}{random.choice(['CN', 'NG', 'FR'])}"),
            ("Tracking", f"1Z{body[:6]}{checked.digits(random, 10)}"),
            ("Order no.", checked.no_card(random)),
            ("Ref.", checked.with_check_digits("RF", checked.digits(random, 12))),
            ("EAN", f"400{checked.digits(random, 10)}"),
            ("Part no.", f"{checked.digits(random, 3)}-{checked.digits(random, 5)}-{random.choice('ABC')}{body[:2]}"),
        ]
    )


def standard(random: Random, words: Words) -> Made:
    """The number of a standard, of a law, of an article (DOI)."""
    named = ["ISO 8601:2019", "RFC 2822", "(EU) 2016/679", "A/RES/217(III)", "DIN 476-2:2008", "MIL-STD-810G"]
    journal, year = checked.digits(random, 8), random.randint(1980, 2022)
    paper = f"{journal[:4]}-{journal[4:]}.{year}.tb{checked.digits(random, 5)}"
    return random.choice([("", random.choice(named)), ("doi:", f"10.{random.randint(1000, 9999)}/j.{paper}.x")])


def scope(random: Random, words: Words) -> Made:
    """Colons of code, of style sheets and of holy books."""
    named = [
        "std::vector",
        "core::fmt::Debug",
        "a::b",
        "li::before",
        "Face::Add()",
        "2:255",
        "3:16-18",
        "Bad::Cafe()",
        "add::bad(1)",
    ]
    return "", random.choice(named)


LOOK_ALIKES: dict[str, Callable[[Random, Words], Made]] = {
    function.__name__: function
    for function in (
        *(date, time, years, pages, version, section, isbn, coordinates, price, count, score, chemical, at_in_code),
        *(package, matrix, remote, at_the_price, colour, fingerprint, uuid, mac, tracking, standard, scope),
    )
}
