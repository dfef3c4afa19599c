"""A set of texts with synthetic personal data in known places, and how well the engines find it.

    python -m tests.planted             the tables of filters/PII.md
    python -m tests.planted --write     the same, put there
    python -m tests.planted --failures  what both engines missed and took wrongly, grouped

The texts are carried ones (`catalog/demo/data`): articles of the Universal Declaration of Human Rights in 42
languages, GNOME Help in Assamese. Kikuyu, Odia and Tumbuka have no carried text and no row. Lines of them stand around
lines into which values were put; all is drawn with a fixed seed for each language, so the set is the same every time.
A document is either plain, with personal data alone, or hostile, with look-alikes among it.

What is labelled, so that a reader would agree:

- EMAIL: an address as it is typed, without `mailto:`, angle brackets or quotes. In an address of the own script too.
  Not an address spelled out ("ade at example dot org").
- IP_ADDRESS: of version 4 or 6 with a host in mind, without port, length of prefix (`/24`), scheme or brackets.
- USER: an at-sign and the name of an account, where it stands as a word. Names in addresses of pages
  (`example.org/@ade`) and names with a host (`@ade@example.org`) are not in the set: either label could be defended.
- KEY: a secret that opens something: key of a service, token, licence key. It has a word before it that says so.
- PHONE: a number by which somebody can be called, with the code in brackets or `00` where it has one, without `tel:`.
  One in its national form has a word before it that says so; one in its international form need not.
- CREDIT_CARD: digits whose check digit is right, and IBAN: an account of a country in SWIFT's registry. CRYPTO:
  an address of bitcoin, the only one whose form has a checksum that everybody computes alike.
- NATIONAL_ID: the number of a person in a register of a country of the language, with its word before it, of Spain, the
  United Kingdom, India, Nigeria, South Africa and the United States. Of other countries no form is known to Presidio.

What is no personal data: dates, times, years, pages, versions, sections, numbers of books and articles, places on
earth, prices, counts, scores, compounds, at-signs of code, of packages, of mathematics and of prices, colours, hashes,
UUIDs, numbers of parcels and orders (a card's number with a wrong check digit is one), names of laws, colons of code.
Addresses of network cards name a device; no kind here claims them, so they count as look-alikes. `git@host:path` is one
too: host and user are those of a service. A name of a person in that place is not in the set.

What the set does not say: how often personal data and look-alikes are in real text. Precision depends on it, so the
counts are printed beside it.
"""
