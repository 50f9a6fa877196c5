"""What a window says over its WebSocket, as far as the guard has to know."""

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg


def is_use(frame: bytes) -> bool:
    """Say whether a person caused this message; a part that draws itself anew by a timer is no use.

    A window that is left open must not keep its session alive for ever.
    """
    said = BackMsg()
    try:
        said.ParseFromString(frame)
    except DecodeError:
        return False
    return said.WhichOneof("type") == "rerun_script" and not said.rerun_script.is_auto_rerun
