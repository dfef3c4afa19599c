"""`python -m roots` and the `roots` command."""

from roots.cli import main

if __name__ == "__main__":
    main()
