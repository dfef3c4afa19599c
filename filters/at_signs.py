"""At-signs that begin no name of a user: decorators, rules of style sheets, tags of comments, packages, variables."""

import re

from filters.pii import Span

AROUND = 80
"""Code points before and behind a match that are looked at."""

CODE_LINE = re.compile(
    r"\s*(?:@|(?:async |export |pub |override )*(?:def|class|fn|func|fun|interface|enum|struct|record|object)\b|"
    r"(?:public|private|protected|internal|static|final|abstract|override|const|let|var|val|async|export|import)\b|"
    r"[\w.<>\[\]]+ \w+ ?[({;=]|[\w.]+\(|\w+ ?: ?\w+[;=!]|[{}])"
)
"""How the line begins that a decorator stands before."""

COMMENT = re.compile(r"\A\s*(?:/\*+|\*+|//+|#+|--+|;+|%+|\"\"\"|''')\s*\Z|[{$]\s*\Z|/\*\*\s*\Z|<%[=-]?\s*\Z|\A\t\Z")
"""What stands on the line before a tag of a comment (JavaDoc, JSDoc, Doxygen), before a variable of a template (ERB,
Handlebars), and before a command of a makefile."""

AT_RULES = frozenset(
    {
        *(
            "charset",
            "import",
            "namespace",
            "media",
            "supports",
            "font-face",
            "keyframes",
            "page",
            "layer",
            "container",
        ),
        *("property", "counter-style", "tailwind", "apply", "include", "mixin", "extend", "use", "forward"),
        *("interface", "implementation", "protocol", "end", "autoreleasepool", "selector", "synthesize"),
        *(
            "if",
            "else",
            "elseif",
            "endif",
            "foreach",
            "endforeach",
            "endfor",
            "while",
            "section",
            "endsection",
            "yield",
        ),
        *("extends", "csrf", "isset", "endisset", "php", "endphp", "switch", "case", "echo"),
        *("reboot", "yearly", "annually", "monthly", "weekly", "daily", "hourly"),
        *("param", "return", "returns", "throws", "see", "since", "deprecated", "inheritDoc", "override", "Override"),
    }
)
"""Rules of CSS, Sass and Tailwind, directives of Objective-C and of Blade, tags of JavaDoc and JSDoc, `@echo` of make,
times of crontab."""

ASSIGNED = re.compile(
    r"\s?(?::=|[-+*]?=(?!=))|\s(?:INT|BIGINT|N?VARCHAR|CHAR|TABLE|DATE\w*|FLOAT|BIT|DECIMAL)\b|(?: \w+)?#\w"
    r"|\s(?:private|public|protected|static|final|abstract|async|const|var|val|let|fun|func|def|class|void|weak|lazy)\s\w"
    r"|\s?\(\$|\s/[a-z]|\s\w+\(|\s(?:\"\"\"|'''|%>|\}\})"
)
"""What stands behind a variable of SQL or Ruby, a tag that names a method, an annotation of Java, Kotlin or Swift, a
directive of a template, an attribute of Elixir."""

STATEMENT = re.compile(r"\{[^}\n]*\}?\s*\Z|;\s*\Z| \w+(?:<[^>]*>)? ?[:(] ?\w")
"""What is left of a line that is a statement."""


def is_user(text: str, match: Span) -> bool:
    """Whether an at-sign begins the name of a user, and is none of a program, a style sheet, a package or a price.

    >>> said = ("@media (width: 9px) {", "@babel/core", "@juma: habari", "@app.get\\ndef index():", "@juma\\nHabari?")
    >>> [is_user(text, Span("USER", 0, len(text.split()[0].rstrip(":")))) for text in said]
    [False, False, True, False, True]
    """
    name = re.sub(r"\W+\Z", "", text[match.start + 1 : match.end])  # the ROOTS rule takes a full stop with it
    first = max(text.rfind("\n", max(0, match.start - AROUND), match.start) + 1, match.start - AROUND, 0)
    before = text[first : match.start]
    line_end = text.find("\n", match.end, match.end + AROUND)
    after = text[match.end : match.end + AROUND] if line_end < 0 else text[match.end : line_end]
    if not any(character.isalpha() for character in name) or re.match(r"[(\[{/=]|@\d|::|->", after):
        return False
    if re.search(r"/\w|\w@\d|[{}()\[\]=]|\A[A-Z]\w*\.[A-Z]", name) or name in AT_RULES:
        return False
    if COMMENT.search(before) or ASSIGNED.match(after) or before.endswith("@"):
        return False
    if before.strip():
        return True
    following = "" if line_end < 0 else text[line_end + 1 : line_end + 1 + AROUND]
    alone = re.fullmatch(r"\s*(?:\(.*)?", after)
    return not STATEMENT.search(after) and not (alone and CODE_LINE.match(following))
