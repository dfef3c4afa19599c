"""Why a document is where it is: `find` finds it, `gather` reads all that is known of it, `text` says it in words."""
