"""Parcels, their holders and land uses over REST."""

from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from registry.households import land, parcels
from registry.households.land_model import (
    HolderIn,
    LandUse,
    LandUseCreate,
    LandUsePatch,
    Parcel,
    ParcelIn,
    ParcelPatch,
)
from registry.kernel.http.web import AnyRequest, Page, require_if_match, versioned
from registry.kernel.work import Work


@get("/households/{household_id:uuid}/parcels")
async def list_parcels(reader: NamedDependency[Work], household_id: FromPath[UUID]) -> Page[Parcel]:
    """The parcels a household holds, by code"""
    return Page(items=await parcels.parcels(reader, household_id))


@post("/households/{household_id:uuid}/parcels")
async def create_parcel(
    request: AnyRequest,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    data: JSONBody[ParcelIn],
) -> Response[Parcel]:
    """A parcel the household holds, or with `held_mu` a part of it"""
    made = await parcels.add_parcel(writer, household_id, data)
    return versioned(request, made, made.version, 201)


@get("/parcels/{parcel_id:uuid}")
async def get_parcel(
    request: AnyRequest, reader: NamedDependency[Work], parcel_id: FromPath[UUID]
) -> Response[Parcel]:
    """A parcel with the households that hold it"""
    found = await parcels.parcel(reader, parcel_id)
    return versioned(request, found, found.version)


@patch("/parcels/{parcel_id:uuid}")
async def change_parcel(
    request: AnyRequest,
    writer: NamedDependency[Work],
    parcel_id: FromPath[UUID],
    data: JSONBody[ParcelPatch],
) -> Response[Parcel]:
    """Change a parcel (needs If-Match)"""
    made = await parcels.change_parcel(writer, parcel_id, data, require_if_match(request))
    return versioned(request, made, made.version)


@post("/parcels/{parcel_id:uuid}/holders")
async def create_holder(
    request: AnyRequest,
    writer: NamedDependency[Work],
    parcel_id: FromPath[UUID],
    data: JSONBody[HolderIn],
) -> Response[Parcel]:
    """A further household of the village holds the parcel, or a part of it"""
    made = await parcels.add_holder(writer, parcel_id, data)
    return versioned(request, made, made.version, 201)


@delete("/parcels/{parcel_id:uuid}/holders/{household_id:uuid}")
async def delete_holder(
    writer: NamedDependency[Work],
    parcel_id: FromPath[UUID],
    household_id: FromPath[UUID],
) -> None:
    """The household no longer holds the parcel"""
    await parcels.remove_holder(writer, parcel_id, household_id)


@get("/households/{household_id:uuid}/land-uses")
async def list_land_uses(reader: NamedDependency[Work], household_id: FromPath[UUID]) -> Page[LandUse]:
    """What a household's land would otherwise have carried, latest first"""
    return Page(items=await land.land_uses(reader, household_id))


@post("/households/{household_id:uuid}/land-uses")
async def create_land_use(
    request: AnyRequest,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    data: JSONBody[LandUseCreate],
) -> Response[LandUse]:
    """A land use by season or by days: displaced crops, or idle

    More land at one time than the household or the parcel has answers 422 with warnings and writes
    nothing, until `overrides` gives a reason for each.
    """
    made = await land.create_land_use(writer, household_id, data)
    return versioned(request, made, made.version, 201)


@get("/land-uses/{land_use_id:uuid}")
async def get_land_use(
    request: AnyRequest, reader: NamedDependency[Work], land_use_id: FromPath[UUID]
) -> Response[LandUse]:
    """One land use"""
    found = await land.land_use(reader, land_use_id)
    return versioned(request, found, found.version)


@patch("/land-uses/{land_use_id:uuid}")
async def change_land_use(
    request: AnyRequest,
    writer: NamedDependency[Work],
    land_use_id: FromPath[UUID],
    data: JSONBody[LandUsePatch],
) -> Response[LandUse]:
    """Change a land use; the gains that rest on it are computed again (needs If-Match)"""
    made = await land.change_land_use(writer, land_use_id, data, require_if_match(request))
    return versioned(request, made, made.version)


handlers = [
    list_parcels,
    create_parcel,
    get_parcel,
    change_parcel,
    create_holder,
    delete_holder,
    list_land_uses,
    create_land_use,
    get_land_use,
    change_land_use,
]
