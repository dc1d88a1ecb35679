"""Where a store and its files are: on this machine's disk, on a network drive, elsewhere."""

from pathlib import Path
from urllib.parse import urlsplit

NETWORK_WORDS = """
9p afs afpfs beegfs ceph cifs davfs fuse.glusterfs fuse.s3fs fuse.sshfs glusterfs gpfs lustre ncpfs nfs nfs4
smb2 smb3 smbfs vboxsf virtiofs
"""
NETWORK = frozenset(NETWORK_WORDS.split())
"""File systems on which memory is not shared between machines, which SQLite's write-ahead log needs."""


def is_local(path: Path) -> bool:
    """Tell whether a file is on a disk of this machine; what cannot be told counts as not."""
    import psutil

    place = path.resolve()
    try:
        mounts = [part for part in psutil.disk_partitions(all=True) if place.is_relative_to(part.mountpoint)]
    except (OSError, RuntimeError):
        return False
    nearest = max(mounts, key=lambda part: len(part.mountpoint), default=None)
    return nearest is not None and nearest.fstype.lower() not in NETWORK


def joined(location: str, run_id: str) -> str:
    """Return where a run of an experiment keeps its files, as MLflow would say it."""
    parts = urlsplit(location)
    if not parts.scheme:
        return f"{location.rstrip('/')}/{run_id}/artifacts"
    return parts._replace(path=f"{parts.path.rstrip('/')}/{run_id}/artifacts").geturl()
