"""Run the tests that train as other processors would: `python -m tools.kernels`, or as some of them by name.

With --quick as the first word without those marked `many_seeds`: they take a third of the time, and what they say of
twenty seeds has more room than any other claim.
How float32 rounds is a matter of the processor, and a training run makes much of it. OpenBLAS and NumPy can be told to
compute as if on another processor, as far as this one can; ROUNDING (tests/conftest.py) stands for all the rest.
"""

import os
import subprocess
import sys

from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

from tools.serving import ROOT

TESTS = ROOT / "tests"
FOUND = [group for group in __cpu_dispatch__ if __cpu_features__.get(group)]  # beyond what NumPy needs at the least
AVX512 = [group for group in FOUND if group == "X86_V4" or "AVX512" in group]
MACHINES: dict[str, dict[str, str]] = {
    "this machine": {},
    **{core: {"OPENBLAS_CORETYPE": core} for core in ("Haswell", "SkylakeX", "Nehalem", "Zen")},
    "NumPy without AVX-512": {"NPY_DISABLE_CPU_FEATURES": " ".join(AVX512)},
    "NumPy at its least": {"NPY_DISABLE_CPU_FEATURES": " ".join(FOUND)},
    **{f"rounding {k}": {"ROUNDING": str(k)} for k in (1, 2, 3)},
}

# A short training, as the pages have it; the weights at its end to the last bit.
RUN = """
import hashlib
from bn import Network, train
from ui.studies.digits import digits
for activation in ("relu", "tanh", "sigmoid"):
    network = Network.create((64, 50, 50, 10), activation)
    *_, step = train(network, *digits().train, steps=20, batch_size=64, learning_rate=0.3)
    judged = step.network.infer(digits().test.images)
    print(hashlib.sha256(step.network.parameters.tobytes() + judged.logits.tobytes()).hexdigest())
"""


def computes(changes: dict[str, str]) -> str | None:
    """What the short training ends with under these settings; None if this processor cannot execute it."""
    done = subprocess.run([sys.executable, "-c", RUN], cwd=ROOT, env=os.environ | changes, capture_output=True)
    return done.stdout.decode() if done.returncode == 0 else None


def tests_that_train(quick: bool) -> list[str]:
    """What runs them, file by file: only those that hold one, each by one worker, for its tests share what they trained."""
    files = [str(file) for file in sorted(TESTS.rglob("test_*.py")) if "mark.trains" in file.read_text("utf-8")]
    marked = "trains and not many_seeds" if quick else "trains"
    return [sys.executable, "-m", "pytest", "-q", "--dist=loadfile", "-m", marked, *files]


def main(names: list[str], quick: bool) -> int:
    """Run the tests on each of these machines that computes otherwise than those before; 1 if a test failed."""
    known: dict[str, str] = {}
    failed = []
    for name in names:
        changes = MACHINES[name]
        if "ROUNDING" not in changes:
            found = computes(changes)
            if found is None:
                print(f"{name}: left out, this processor cannot execute it.", flush=True)
                continue
            if found in known:
                print(f"{name}: left out, to the last bit the same as {known[found]}.", flush=True)
                continue
            known[found] = name
        print(f"{name}:", flush=True)
        if subprocess.run(tests_that_train(quick), cwd=ROOT, env=os.environ | changes).returncode:
            failed.append(name)
    print(f"Failed: {', '.join(failed)}." if failed else "The tests that train hold.", flush=True)
    return bool(failed)


if __name__ == "__main__":
    words = sys.argv[1:]
    quick = words[:1] == ["--quick"]
    sys.exit(main(words[quick:] or list(MACHINES), quick))
