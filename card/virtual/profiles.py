"""What is on which card: the whole citizen card of a third-generation city, and the purchase module."""
from __future__ import annotations

from dataclasses import replace

from card.files import PublicInformationFile
from card.social_files import HolderItemsFile, IssuerItemsFile
from card.transit_files import TripFile
from card.virtual.tree import (
    AUTHENTICATED,
    CARD_ONLY,
    CITIZEN_EP,
    EP_FID,
    LOG_FILE,
    PUBLIC_FILE,
    PURSE_LIMIT_FEN,
    TRANSPORT_FILE,
    WRITE_ONCE,
    CardProfile,
    Commands,
    Directory,
    FileNode,
    Structure,
    master_file,
)

TRANSIT_FID = 0x1002  # [own choice]
TRANSIT_NAME = bytes.fromhex("A000000632010105")  # MOT_T_EP, facts/card.md 7.1
SOCIAL_FID = 0xDF01
SOCIAL_NAME = b"sx1.sh." + "社会保障".encode("gbk")  # facts/card.md 11.1
PSAM_FID = 0x1001
PSAM_NAME = b"PSAM.PAY.SYS"  # [own choice: facts/card.md 12.1 names the file number only]

TRANSIT = Directory(
    TRANSIT_FID,
    TRANSIT_NAME,
    (
        PUBLIC_FILE,
        TRANSPORT_FILE,
        LOG_FILE,
        FileNode(TripFile.FID, TripFile.SIZE, TripFile.RECORDS, update=CARD_ONLY, structure=Structure.CYCLIC),
    ),
    fci_file=PublicInformationFile.FID,
    commands=Commands.PURSE,
    owner=EP_FID,
    limit=PURSE_LIMIT_FEN,
    label="MOT_T_EP",
)
"""One purse under two names: this card's transit application shows the city purse [own choice; cards with two purses exist]."""

SOCIAL_SECURITY = Directory(
    SOCIAL_FID,
    SOCIAL_NAME,
    (
        FileNode(IssuerItemsFile.FID, IssuerItemsFile.SIZE, update=WRITE_ONCE, structure=Structure.TAGGED),
        FileNode(
            HolderItemsFile.FID, HolderItemsFile.SIZE, read=AUTHENTICATED, update=WRITE_ONCE, structure=Structure.TAGGED
        ),
    ),
    commands=Commands.SOCIAL_SECURITY,
    label="SSSE",
)
SOCIAL_SECURITY_SM4 = replace(SOCIAL_SECURITY, fci=b"\x9f\x0c\x03\x86\x01\x03")
"""The FCI names its algorithm: tag 86, value 03 = SM4; without it 3DES (facts/card.md 11.1)."""

FULL_CARD = CardProfile((CITIZEN_EP, TRANSIT, SOCIAL_SECURITY), master_file(CITIZEN_EP, TRANSIT, SOCIAL_SECURITY))
FULL_CARD_SM4 = CardProfile(
    (CITIZEN_EP, TRANSIT, SOCIAL_SECURITY_SM4), master_file(CITIZEN_EP, TRANSIT, SOCIAL_SECURITY_SM4)
)
FULL_CARD_PROVING_AFTER = replace(FULL_CARD, prove_counts_after=True)

PSAM = Directory(
    PSAM_FID,
    PSAM_NAME,
    (FileNode(0x0017, 25, update=WRITE_ONCE), FileNode(0x0018, 4, update=WRITE_ONCE)),
    commands=Commands.PSAM,
    label="PSAM",
)
PSAM_CARD = CardProfile(
    (PSAM,), master_file(PSAM, files=(FileNode(0x0015, 14, update=WRITE_ONCE), FileNode(0x0016, 6, update=WRITE_ONCE)))
)
