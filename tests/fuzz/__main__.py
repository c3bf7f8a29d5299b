"""`make fuzz`: search by coverage for a while, or send very many wild events.

make fuzz ARGS="--seconds 60 --target intake"
make fuzz ARGS="--events 1000000 --seed 7"
"""

import argparse
import logging
import tempfile
import time
from pathlib import Path

import structlog


def main() -> None:
    """Read the arguments and begin."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--target", choices=("intake", "registry", "packs"), default="intake")
    parser.add_argument("--seconds", type=int, default=60, help="how long to search by coverage")
    parser.add_argument("--events", type=int, default=0, help="instead: how many wild events to send")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, help="a folder to keep what was found worth keeping")
    options = parser.parse_args()
    # What is refused is told on a line each; here there are thousands, and the account counts them.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if options.events:
        _send(options.events, options.seed)
    else:
        _search(options.target, options.seconds, options.seed, options.corpus or Path(tempfile.mkdtemp()))


def _send(events: int, seed: int) -> None:
    from tests.fuzz.poison import poison

    began = time.monotonic()
    found = poison(events, seed, lambda account: print(f"{time.monotonic() - began:7.0f} s  {account}", flush=True))
    print(f"{found.sent} sent = {found.accepted} accepted + {found.letters} dead letters, seeds from {seed} on")


def _search(name: str, seconds: int, seed: int, corpus: Path) -> None:
    """Ends with libFuzzer's status: 77 and the input in a file `crash-…` where something was found."""
    import atheris

    with atheris.instrument_imports(include=["streams", "schemas", "rules", "observers"]):
        from tests.fuzz.targets import target

        chosen = target(name)
    corpus.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(chosen.seeds):
        (corpus / f"seed-{number}").write_bytes(one)
    options = [f"-max_total_time={seconds}", f"-seed={seed}", "-max_len=4096", "-timeout=30", str(corpus)]
    atheris.Setup(["fuzz", *options], chosen.once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
