"""The fields that requests are made of, and what is refused in each."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeVar

from email_validator import EmailNotValidError, validate_email
from fastapi.exceptions import RequestValidationError
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)

Body = TypeVar("Body", bound=BaseModel)


class Model(BaseModel):
    """A body that we read: a field we don't know is a mistake, not a wish."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Patch(Model):
    """Changes: a field left out stays as it is, and null is for `nullable` fields only."""

    nullable: ClassVar[frozenset[str]] = frozenset()

    @field_validator("*", mode="before")
    @classmethod
    def _null_only_where_it_means_something(cls, value: Any, field: ValidationInfo) -> Any:
        if value is None and field.field_name not in cls.nullable:
            message = "may be left out, but not null"
            raise ValueError(message)
        return value

    def changes(self) -> dict[str, Any]:
        """Only what was sent, as values of Python."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def read_as(body: type[Body], given: Mapping[str, object], *below: str) -> Body:
    """What did not come as a body of its own. Raises `RequestValidationError`, as for one that did.

    `below` is where in the request it stands, if not at the top of it.
    """
    try:
        return body.model_validate(given)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError(
            [{**each, "loc": ("body", *below, *each["loc"])} for each in wrong]
        ) from error


def _printable(text: str) -> str:
    """Postgres stores no NUL, and no log or page is the better for the other controls."""
    if any(ord(character) < ord(" ") and character not in "\n\t" for character in text):
        message = "control characters are not allowed"
        raise ValueError(message)
    return text


def mailbox(address: str) -> str:
    """One spelling per mailbox: normalised (RFC 6531), and in lower case like everywhere today.

    Addresses under `.test` are taken, which nobody can own: demos and tests live there. Raises
    `ValueError` for what is no e-mail address.
    """
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        message = "not an e-mail address"
        raise ValueError(message) from error
    return found.normalized.lower()


def _text(most: int, least: int = 1) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=least, max_length=most)


Name = Annotated[str, _text(100), AfterValidator(_printable)]
# To find something by: fewer letters find too much.
Words = Annotated[
    str, _text(200, 3), AfterValidator(_printable), Field(examples=["+251 911 00 00 00"])
]
Line = Annotated[str, _text(200), AfterValidator(_printable)]
Text = Annotated[str, _text(500), AfterValidator(_printable)]
MaybeText = Annotated[str, _text(500, 0), AfterValidator(_printable)]
# Of ours alone: the order's id, and what it is about. It is kept with what was asked, where no word
# of a person may be.
CaseKey = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f-]{36}(:[A-Za-z0-9_-]{1,100}){1,6}$", max_length=300)
]
Phone = Annotated[str, _text(32, 5), AfterValidator(_printable)]
Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(mailbox)]
Password = Annotated[str, StringConstraints(min_length=12, max_length=128)]
Latitude = Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False)]
