import inspect

import pytest

from domain import errors
from domain.errors import BY_NAME, DomainError, IllegalTransition, NotFound


class TestDomainError:
    def test_has_its_name_in_snake_case_as_code(self) -> None:
        assert IllegalTransition.code() == "illegal_transition"
        assert NotFound.code() == "not_found"

    @pytest.mark.parametrize("name", BY_NAME)
    def test_stands_in_the_tree_of_the_docstring(self, name: str) -> None:
        assert name in (errors.__doc__ or "").split()

    def test_is_found_by_the_name_it_crosses_temporal_with(self) -> None:
        defined = {
            name: error
            for name, error in inspect.getmembers(errors, inspect.isclass)
            if issubclass(error, DomainError)
        }
        assert defined == BY_NAME
