"""The saved queries do what their OpenAPI document says, whatever they are sent."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.serve.conftest import Server


def test_the_api_is_as_it_describes_itself(server: Server, tmp_path: Path) -> None:
    pytest.importorskip("schemathesis", reason="needs schemathesis")
    root = f"http://127.0.0.1:{server.port}/api"
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{root}/openapi.json", "--url", root, "--no-color",
        "--include-path-regex", "^/(processes|participation|roles)[.](csv|json)$",
        "--phases=coverage,fuzzing", "-n", "3", "--seed", "1",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert done.returncode == 0, done.stdout[-4000:]
    assert "Tested: " in done.stdout
