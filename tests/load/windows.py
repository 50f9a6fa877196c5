"""A window as the server knows it: Streamlit's messages over a WebSocket, without a browser that draws them."""

import asyncio
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 60


class Failed(Exception):
    """The server answered with an exception, or that the session has ended."""


@dataclass
class Button:
    """A button that was drawn: its id, the fragment that it runs, whether it can be pressed."""

    id: str
    fragment: str
    disabled: bool


@dataclass
class Window:
    """One open window of a person who is signed in by `cookie`; its buttons are known by their keys."""

    url: str
    cookie: str
    query: str = ""
    page: str = ""
    buttons: dict[str, Button] = field(default_factory=dict)
    refreshing: set[str] = field(default_factory=set)
    _socket: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        address = self.url.replace("http://", "ws://")
        self._socket = await connect(
            f"{address}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers={"Cookie": f"carteira_session={self.cookie}", "Origin": self.url},
            max_size=None,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def open(self, path: str) -> float:
        """Load a page; return the seconds until its script has ended."""
        self.buttons.clear()
        self.refreshing.clear()
        self.page, _mark, self.query = path.strip("/").partition("?")
        return await self._run(BackMsg())

    async def press(self, key: str) -> float:
        """Press the button of this key; return the seconds until what it runs has ended."""
        button = self.buttons[key]
        said = BackMsg()
        said.rerun_script.fragment_id = button.fragment
        said.rerun_script.widget_states.widgets.add(id=button.id, trigger_value=True)
        return await self._run(said)

    async def look_again(self) -> None:
        """Have the parts that draw themselves by a timer do so, as a browser would."""
        for fragment in sorted(self.refreshing):
            said = BackMsg()
            said.rerun_script.fragment_id = fragment
            said.rerun_script.is_auto_rerun = True
            await self._run(said)

    async def _run(self, said: BackMsg) -> float:
        said.rerun_script.query_string = self.query
        said.rerun_script.page_name = self.page
        assert self._socket is not None
        began = time.perf_counter()
        await self._socket.send(said.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while not self._hear(await self._socket.recv()):
                pass
        return time.perf_counter() - began

    def _hear(self, message: str | bytes) -> bool:
        """Take in a message; say whether it was the last of this run."""
        said = ForwardMsg()
        assert isinstance(message, bytes)
        said.ParseFromString(message)
        match said.WhichOneof("type"):
            case "delta":
                self._draw(said.delta)
            case "page_info_changed":
                self.query = said.page_info_changed.query_string
            case "session_event" if said.session_event.WhichOneof("type") == "script_compilation_exception":
                raise Failed(said.session_event.script_compilation_exception.message)
            case "auto_rerun":
                self.refreshing.add(said.auto_rerun.fragment_id)
            case "script_finished":
                return said.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return False

    def _draw(self, delta: Delta) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        if element.WhichOneof("type") == "exception":
            raise Failed(element.exception.message)
        if element.WhichOneof("type") == "button":
            button = element.button
            # An id is a mark, a hash, and the key that the page gave.
            key = button.id.split("-", 2)[2]
            self.buttons[key] = Button(button.id, delta.fragment_id, button.disabled)
