"""Entries for tests: one that is good, and one that fills in the whole form."""

GOOD = """uid = "yo_news"
name = "Ìròyìn"
description = "News in Yoruba"
kind = "catalogue"
languages = ["yo"]
cleaning = ["dedup_document", "filter_remove_empty_docs", "dedup_document"]
redact = true

[custodian]
name = "A newspaper"
type = "commercial entity"
location = "Nigeria"

[licence]
id = "CC-BY-4.0"
properties = ["open license"]
attribution = "A newspaper, 2026"

[permission]
outcome = "granted"
asked = 2026-11-20

[pii]
has_pii = "Yes - text author name only"
justification = "Articles are signed"

[data]
files = ["data/*.jsonl.gz"]
"""

WHOLE = GOOD.replace('name = "A newspaper"\n', 'name = "A newspaper"\ncontact = "https://news.example"\n').replace(
    "[data]",
    """generic = "very likely"
generic_kinds = ["names", "dates (birth, death, etc.)"]
numeric = "unlikely"
numeric_kinds = ["IP addresses"]
sensitive = "none"

[language]
names = ["Yoruba"]
scripts = ["Latn"]
locations = ["Western Africa", "other: the diaspora"]
comments = "Some code-switching"

[procurement]
for_download = "no, the custodian must be approached"
email = "archive@news.example"

[source_category]
type = "website"
web = "news or magazine website"

[media]
category = ["text"]
text_format = [".HTML"]
text_is_transcribed = "No"
instance_type = "article"
instance_count = "10K<n<100K"
instance_size = "100<n<10,000"

[submitted]
by = "Ada"
on = 2026-11-01

[validated]
custodian = { by = "Bayo", on = 2026-11-02 }
media = { by = "Chike" }

[data]""",
)
"""Every section that a primary source can have."""
