"""What a mosquitto broker needs to carry our telemetry: `python -m remote.central.telemetry.broker_files --identity-folder DIR
--name broker.example --out /etc/mosquitto/bozhou`, then `mosquitto -c /etc/mosquitto/bozhou/mosquitto.conf`.

Certificates of the centre's CA are demanded, and each one's common name is who it is: a terminal reaches its own topics only.
A revoked one still connects until its certificate ends, and what it asks is refused by the centre, as over HTTP.
"""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from remote.central.enrolment.authority import CONSUMER_NAME, Authority, in_folder
from remote.central.times import beijing_now
from remote.messages.broker import ROOT

PORT = 8883                            # IANA: secure-mqtt
LARGEST = 1_000_000                    # bytes of one message
ACL = f"""pattern write {ROOT}/%u/ask/+
pattern write {ROOT}/%u/presence
pattern read {ROOT}/%u/answer

user {CONSUMER_NAME}
topic read {ROOT}/+/ask/+
topic read {ROOT}/+/presence
topic write {ROOT}/+/answer
"""


def write_broker_files(authority: Authority, names: tuple[str, ...], folder: Path, now: datetime, port: int = PORT) -> Path:
    """Into `folder`, which is made; the path of mosquitto.conf. The server's certificate lasts 397 days."""
    folder.mkdir(parents=True, exist_ok=True)
    key, _, rest = authority.server_pem(names, now).partition(b"-----END PRIVATE KEY-----\n")
    (folder / "server.key").touch(0o600)
    (folder / "server.key").write_bytes(key + b"-----END PRIVATE KEY-----\n")
    (folder / "server.pem").write_bytes(rest)
    (folder / "ca.pem").write_text(authority.pem, "utf-8")
    (folder / "acl").write_text(ACL, "utf-8")
    lines = [
        "per_listener_settings false", "allow_anonymous false", "persistence false", f"listener {port}",
        f"cafile {folder / 'ca.pem'}", f"certfile {folder / 'server.pem'}", f"keyfile {folder / 'server.key'}",
        "require_certificate true", "use_identity_as_username true", f"acl_file {folder / 'acl'}",
        f"message_size_limit {LARGEST}", "max_queued_messages 1000", "log_dest stderr",
    ]  # fmt: skip
    file = folder / "mosquitto.conf"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m remote.central.telemetry.broker_files", description=__doc__)
    parser.add_argument("--identity-folder", type=Path, required=True, help="where the centre keeps its CA")
    parser.add_argument("--name", action="append", required=True, help="name or address by which the broker is reached")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--port", type=int, default=PORT)
    asked = parser.parse_args()
    now = beijing_now()
    print(write_broker_files(in_folder(asked.identity_folder, now), tuple(asked.name), asked.out.resolve(), now, asked.port))


if __name__ == "__main__":
    main()
