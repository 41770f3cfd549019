# A block device whose every write and flush is written down, for nbdkit. One record is one appending write, so several
# devices may share a log: its order is the order in which things happened, and its length a clock.
#
# A file named by `mood` can make the device ill while it runs: `slow SECONDS` for each request, or `dead`.
import builtins
import errno
import nbdkit
import os
import struct
import time

API_VERSION = 2
HEAD = "<BcQI"
given = {}
opened = {}


def config(key, value):
    given[key] = value


def thread_model():
    return nbdkit.THREAD_MODEL_SERIALIZE_ALL_REQUESTS


def after_fork():
    opened["image"] = os.open(given["image"], os.O_RDWR)
    opened["log"] = os.open(given["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def note(kind, offset, data=b""):
    record = struct.pack(HEAD, int(given["device"]), kind, offset, len(data)) + data
    if os.write(opened["log"], record) != len(record):
        raise RuntimeError("a record of the log was cut short")


def feel():
    try:
        with builtins.open(given["mood"]) as file:
            mood = file.read().split()
    except FileNotFoundError:
        return
    if mood[:1] == ["slow"]:
        time.sleep(float(mood[1]))
    elif mood[:1] == ["dead"]:
        nbdkit.set_error(errno.EIO)
        raise OSError(errno.EIO, "the device is dead")


def open(readonly):
    return 1


def get_size(handle):
    return os.fstat(opened["image"]).st_size


def can_flush(handle):
    return True


def can_write(handle):
    return True


def can_trim(handle):
    return False


def can_zero(handle):
    return False


def can_fua(handle):
    return nbdkit.FUA_EMULATE


def pread(handle, buffer, offset, flags):
    feel()
    buffer[:] = os.pread(opened["image"], len(buffer), offset)


def pwrite(handle, buffer, offset, flags):
    feel()
    data = bytes(buffer)
    os.pwrite(opened["image"], data, offset)
    note(b"W", offset, data)


def flush(handle, flags):
    feel()
    note(b"F", 0)
