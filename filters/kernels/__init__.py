"""The fast twins of the readable definitions: what the filters compute, in numba, over the bytes of Arrow columns.

Nothing here defines a value. `filters.changes`, `filters.measures`, `filters.words`, `filters.identify`,
`filters.minhash` and `filters.joining` do, and tests hold every kernel equal to them. Importing this package says where
numba keeps its cache, which has to be said before numba is imported; it does not import numba itself.
"""

from filters.kernels import cache

cache.prepare()


def ready() -> None:
    """Compile all kernels, or load them from the cache; forty seconds the first time, 2 s later.

    To be called once in a parent process: workers then read the cache instead of compiling side by side.
    """
    from filters import batch, contamination, exact, minhash_batch, resemblance, simhash_batch, substrings
    from filters.kernels import blake2b, buckets, hamming, lid, scripts, union

    signing = (minhash_batch, simhash_batch, exact)
    comparing = (buckets, union, hamming, resemblance, contamination, substrings)
    for module in (batch, lid, scripts, blake2b, *signing, *comparing):
        module.warm()
    cache.complete()


def compiled_before() -> bool:
    """Whether `ready` has filled the cache with kernels of these very sources."""
    return cache.is_complete()
