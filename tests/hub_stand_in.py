"""A small stand-in for the Hugging Face hub, for data sets and models, that can also fail.

    with hub_stand_in(root) as hub:
        env = hub.env(tmp_path / "hf")     # for a subprocess: the libraries read HF_ENDPOINT when imported
        ...
        assert hub.files() == ["data/train-0.parquet"]

`root` holds `datasets/ORG/NAME/...` and `models/ORG/NAME/...`; a second folder `NAME@REVISION` beside `NAME`
is another revision of it. The commit of a revision is `commit_of(kind, repo, revision)`. README.md front matter
becomes the card, as on the hub.

Faults, all of them by events and counters, never by time: `fail_after(n)` answers 500 after n more requests,
`cut_after(n)` sends half of the body and hangs up, `hold()` makes answers wait until `release()`. Each takes
`only="part of a path"`, so that a fault can be kept to the files (`only="/resolve/"`). `heal()` ends them.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import uvicorn
import yaml
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse

KINDS = ("datasets", "models")


@dataclass(frozen=True)
class Seen:
    """One request: `path` without the query, `status` as answered, `range` as asked for."""

    method: str
    path: str
    status: int
    range: str = ""


@dataclass
class _Fault:
    action: str
    left: int
    only: str
    status: int = 500


@dataclass
class HubStandIn:
    """The running stand-in. Thread-safe."""

    root: Path
    url: str
    requests: list[Seen] = field(default_factory=list)
    _faults: list[_Fault] = field(default_factory=list)
    _gate: threading.Event = field(default_factory=threading.Event)
    _held: str | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    arrived: threading.Event = field(default_factory=threading.Event)

    def env(self, home: Path, **more: str) -> dict[str, str]:
        """The environment of a client process: this hub, an empty cache in `home`, no offline switch."""
        dropped = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "VISEARCH_OFFLINE", "HF_TOKEN", "VISEARCH_LIMIT")
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        return {
            **kept,
            "HF_ENDPOINT": self.url,
            "HF_HOME": str(home),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_XET": "1",
            "NO_PROXY": "*",
            **more,
        }

    def files(self, method: str = "GET") -> list[str]:
        """The files asked for so far, each once, in order."""
        paths = [r.path.split("/resolve/", 1)[1] for r in self.requests if "/resolve/" in r.path and r.method == method]
        return list(dict.fromkeys(path.split("/", 1)[1] for path in paths))

    def fail_after(self, count: int, status: int = 500, only: str = "") -> None:
        """After `count` more requests whose path contains `only`, such requests are answered by `status`."""
        with self._lock:
            self._faults.append(_Fault("fail", count, only, status))

    def cut_after(self, count: int, only: str = "/resolve/") -> None:
        """After `count` more such requests, half of each body is sent and the line is cut."""
        with self._lock:
            self._faults.append(_Fault("cut", count, only))

    def hold(self, only: str = "/resolve/") -> None:
        """Such requests wait until `release`; `arrived` is set when the first one does."""
        self._gate.clear()
        self.arrived.clear()
        self._held = only

    def release(self) -> None:
        self._held = None
        self._gate.set()

    def heal(self) -> None:
        """Ends all faults."""
        with self._lock:
            self._faults.clear()
        self.release()

    def _fault(self, path: str) -> _Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.only in path:
                    if fault.left <= 0:
                        return fault
                    fault.left -= 1
        return None

    async def _answer(self, request: Request, follow: Callable[[Request], Any]) -> Response:
        path = request.url.path
        if self._held is not None and self._held in path:
            self.arrived.set()
            await run_in_threadpool(self._gate.wait, 60)
        fault = self._fault(path)
        if fault is not None and fault.action == "fail":
            response: Response = JSONResponse({"error": "made to fail"}, fault.status)
        else:
            response = await follow(request)
            if fault is not None and request.method == "GET" and response.status_code in (200, 206):
                response = _half(response)
        with self._lock:
            self.requests.append(Seen(request.method, path, response.status_code, request.headers.get("range", "")))
        return response


def _half(response: Any) -> Response:
    """The same answer, announced whole, of which only half the bytes come."""
    whole = int(response.headers.get("content-length", 0))

    async def body() -> AsyncIterator[bytes]:
        left = whole // 2
        async for chunk in response.body_iterator:
            if left > 0:
                yield chunk[:left]
            left -= len(chunk)

    return StreamingResponse(body(), response.status_code, headers=dict(response.headers))


def commit_of(kind: str, repo: str, revision: str = "main") -> str:
    """The 40 hex digits that stand for a revision."""
    return hashlib.sha1(f"{kind}/{repo}@{revision}".encode()).hexdigest()


def _folder(root: Path, kind: str, repo: str, revision: str) -> tuple[Path, str] | None:
    """The folder and the commit of a revision, given by name or by commit."""
    base = root / kind / repo
    names = {"main": base} if base.is_dir() else {}
    if base.parent.is_dir():
        names |= {f.name.split("@", 1)[1]: f for f in base.parent.iterdir() if f.name.startswith(f"{base.name}@")}
    for name, folder in names.items():
        commit = commit_of(kind, repo, name)
        if revision in (name, commit):
            return folder, commit
    return None


def _files(folder: Path) -> dict[str, Path]:
    return {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}


def _oid(path: Path) -> str:
    return hashlib.sha1(path.read_bytes()).hexdigest()


def _missing(root: Path, kind: str, repo: str) -> JSONResponse:
    known = (root / kind / repo).is_dir()
    code = "RevisionNotFound" if known else "RepoNotFound"
    return JSONResponse({"error": f"{code}: {repo}"}, 404, headers={"X-Error-Code": code, "X-Error-Message": code})


def _card(folder: Path) -> dict[str, Any]:
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.is_file() else ""
    return (yaml.safe_load(text.split("---")[1]) or {}) if text.startswith("---") else {}


def _description(repo: str, folder: Path, commit: str) -> dict[str, Any]:
    card = _card(folder)
    licence = card.get("license")
    return {
        "_id": "0",
        "id": repo,
        "sha": commit,
        "private": False,
        "gated": False,
        "disabled": False,
        "tags": [f"license:{licence}"] if isinstance(licence, str) else [],
        "cardData": card,
        "downloads": 0,
        "likes": 0,
        "lastModified": "2026-01-01T00:00:00.000Z",
        "createdAt": "2026-01-01T00:00:00.000Z",
        "siblings": [{"rfilename": file} for file in _files(folder)],
    }


def _entries(files: dict[str, Path], under: str, recursive: bool) -> list[dict[str, Any]]:
    prefix = f"{under}/" if under else ""
    inside = {name: path for name, path in files.items() if name.startswith(prefix)}
    folders = {
        prefix + "/".join(n[len(prefix) :].split("/")[:i])
        for n in inside
        for i in range(1, n[len(prefix) :].count("/") + 1)
    }
    entries: list[dict[str, Any]] = [
        {"type": "directory", "oid": "b" * 40, "size": 0, "path": f} for f in sorted(folders)
    ]
    entries += [_entry(name, path) for name, path in inside.items()]
    return [e for e in entries if recursive or "/" not in e["path"][len(prefix) :]]


def _entry(name: str, path: Path) -> dict[str, Any]:
    return {"type": "file", "oid": _oid(path), "size": path.stat().st_size, "path": name}


def make_app(hub: HubStandIn) -> FastAPI:
    """The routes that `huggingface_hub`, `datasets` and `open_clip` use."""
    app = FastAPI()
    app.middleware("http")(hub._answer)

    @app.get("/")
    @app.head("/")
    def front() -> dict[str, str]:
        return {"hub": "stand-in"}

    for kind in KINDS:
        _add_listings(app, hub.root, kind)
        _add_files(app, hub.root, kind)
    return app


def _add_listings(app: FastAPI, root: Path, kind: str) -> None:
    @app.get(f"/api/{kind}/{{org}}/{{name}}")
    @app.get(f"/api/{kind}/{{org}}/{{name}}/revision/{{revision:path}}")
    def info(org: str, name: str, revision: str = "main") -> Any:
        repo = f"{org}/{name}"
        found = _folder(root, kind, repo, revision)
        if found is None:
            return _missing(root, kind, repo)
        return _description(repo, *found)

    @app.get(f"/api/{kind}/{{org}}/{{name}}/tree/{{revision}}")
    @app.get(f"/api/{kind}/{{org}}/{{name}}/tree/{{revision}}/{{path:path}}")
    def tree(org: str, name: str, revision: str, path: str = "", recursive: bool = False) -> Any:
        found = _folder(root, kind, f"{org}/{name}", revision)
        if found is None:
            return _missing(root, kind, f"{org}/{name}")
        entries = _entries(_files(found[0]), path.strip("/"), recursive)
        if path and not entries:
            return JSONResponse({"error": "no entry"}, 404, headers={"X-Error-Code": "EntryNotFound"})
        return entries

    @app.post(f"/api/{kind}/{{org}}/{{name}}/paths-info/{{revision}}")
    async def paths_info(org: str, name: str, revision: str, request: Request) -> Any:
        found = _folder(root, kind, f"{org}/{name}", revision)
        if found is None:
            return _missing(root, kind, f"{org}/{name}")
        body = (await request.body()).decode()
        paths = json.loads(body)["paths"] if body.startswith("{") else parse_qs(body).get("paths", [])
        files = _files(found[0])
        folders = [p for p in paths if p not in files and any(f.startswith(p.rstrip("/") + "/") for f in files)]
        entries = [{"type": "directory", "oid": "b" * 40, "size": 0, "path": p} for p in folders]
        return [_entry(p, files[p]) for p in paths if p in files] + entries


def _add_files(app: FastAPI, root: Path, kind: str) -> None:
    prefix = "/datasets" if kind == "datasets" else ""

    @app.api_route(prefix + "/{org}/{name}/resolve/{revision}/{path:path}", methods=["GET", "HEAD"])
    def resolve(org: str, name: str, revision: str, path: str) -> Response:
        found = _folder(root, kind, f"{org}/{name}", revision)
        if found is None:
            return _missing(root, kind, f"{org}/{name}")
        file = _files(found[0]).get(path)
        headers = {"X-Repo-Commit": found[1]}
        if file is None:
            return JSONResponse({"error": "no entry"}, 404, headers={**headers, "X-Error-Code": "EntryNotFound"})
        return FileResponse(file, headers={**headers, "ETag": f'"{_oid(file)}"', "Accept-Ranges": "bytes"})


@contextmanager
def hub_stand_in(root: Path) -> Iterator[HubStandIn]:
    """Serves `root` on a free port of 127.0.0.1 from a thread of this process until the block ends."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    hub = HubStandIn(Path(root), f"http://127.0.0.1:{listener.getsockname()[1]}")
    server = uvicorn.Server(uvicorn.Config(make_app(hub), log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    listener.listen(128)  # connections wait here until the server takes them: no need to wait for its start
    thread.start()
    try:
        yield hub
    finally:
        hub.heal()
        server.should_exit = True
        thread.join(10)
        listener.close()
