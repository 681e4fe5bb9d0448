"""Passing on participants' numbers to a party of the contract, over REST."""

from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from registry.access import reveals
from registry.contracts import disclosures
from registry.contracts.disclosures import Disclosure, DisclosureIn
from registry.kernel.crypto.vault import Vault
from registry.kernel.http.callers import REGISTRARS, admits
from registry.kernel.http.idempotency import UNKEPT
from registry.kernel.http.web import AnyRequest, Providers
from registry.kernel.work import Act


@post(
    "/contracts/{contract_id:uuid}/disclosures", opt={**UNKEPT, **admits(write=REGISTRARS)}, status_code=200
)
async def disclose_numbers(
    request: AnyRequest,
    *,
    providers: NamedDependency[Providers],
    act: NamedDependency[Act],
    vault: NamedDependency[Vault],
    contract_id: FromPath[UUID],
    data: JSONBody[DisclosureIn],
) -> Response[Disclosure]:
    """Whole numbers of the heads of participating households, for a party of the contract

    Only by each person's separate consent for this receiver, purpose and fields; without it 422 names the
    households and nothing is disclosed, unless `only_consented` leaves them out. Each person disclosed stands
    in the audit trail; at most 10 an hour for one account.
    """
    async with reveals.disclosing(providers, request, act) as work:
        made = await disclosures.disclose(work, vault, contract_id, data)
    return Response(made)


handlers = (disclose_numbers,)
