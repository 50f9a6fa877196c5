"""What a window says over its WebSocket."""

from streamlit.proto.BackMsg_pb2 import BackMsg

from pages.parts.frames import is_use


def said(*, by_timer: bool) -> bytes:
    message = BackMsg()
    message.rerun_script.is_auto_rerun = by_timer
    return message.SerializeToString()


def test_a_click_is_use_and_a_timer_is_none() -> None:
    assert is_use(said(by_timer=False))
    assert not is_use(said(by_timer=True))
    heartbeat = BackMsg()
    heartbeat.app_heartbeat = True
    assert not is_use(heartbeat.SerializeToString())
    assert not is_use(b"")
    assert not is_use(b"no message")
