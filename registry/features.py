"""The features of the product. A further one is one line here."""

from collections.abc import Mapping
from typing import Final

from registry.access.feature import FEATURE as ACCESS
from registry.audit.feature import FEATURE as AUDIT
from registry.contracts.feature import FEATURE as CONTRACTS
from registry.divisions.feature import FEATURE as DIVISIONS
from registry.exchange.feature import FEATURE as EXCHANGE
from registry.fulfilment.feature import FEATURE as FULFILMENT
from registry.gains.feature import FEATURE as GAINS
from registry.households.feature import FEATURE as HOUSEHOLDS
from registry.kernel.feature import Feature, RegisterEntry
from registry.kernel.imports import ImportKind
from registry.memberships.feature import FEATURE as MEMBERSHIPS
from registry.organizations.feature import FEATURE as ORGANIZATIONS
from registry.reference.feature import FEATURE as REFERENCE
from registry.reports.feature import FEATURE as REPORTS
from registry.summaries.feature import FEATURE as SUMMARIES

FEATURES: Final[tuple[Feature, ...]] = (
    ACCESS,
    AUDIT,
    DIVISIONS,
    ORGANIZATIONS,
    REFERENCE,
    HOUSEHOLDS,
    EXCHANGE,
    MEMBERSHIPS,
    CONTRACTS,
    FULFILMENT,
    GAINS,
    SUMMARIES,
    REPORTS,
)
REGISTERS: Final[tuple[RegisterEntry, ...]] = tuple(entry for one in FEATURES for entry in one.registers)
IMPORTS: Final[Mapping[str, ImportKind]] = {kind.name: kind for one in FEATURES for kind in one.imports}
