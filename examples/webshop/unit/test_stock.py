import pytest
from shop.stock import OutOfStock, Stock


@pytest.fixture
def stock():
    return Stock({"mug": 5, "pot": 1})


def test_all_is_free_at_first(stock):
    assert (stock.free("mug"), stock.free("pot")) == (5, 1)


def test_an_unknown_article_is_never_free(stock):
    assert stock.free("spoon") == 0


def test_what_is_reserved_is_not_free(stock):
    stock.reserve({"mug": 3})
    assert stock.free("mug") == 2


def test_the_last_piece_can_be_reserved(stock):
    stock.reserve({"pot": 1})
    assert stock.free("pot") == 0


def test_a_reservation_is_whole_or_nothing(stock):
    with pytest.raises(OutOfStock):
        stock.reserve({"mug": 1, "pot": 2})
    assert stock.free("mug") == 5


def test_all_that_is_short_is_named(stock):
    with pytest.raises(OutOfStock, match="pot, spoon"):
        stock.reserve({"spoon": 1, "pot": 2, "mug": 5})


def test_what_is_released_is_free_again(stock):
    stock.reserve({"mug": 3})
    stock.release({"mug": 2})
    assert stock.free("mug") == 4


def test_what_is_shipped_has_left_the_house(stock):
    stock.reserve({"mug": 3})
    stock.ship({"mug": 3})
    assert (stock.on_hand["mug"], stock.free("mug")) == (2, 2)


def test_nothing_is_shipped_that_was_not_reserved(stock):
    with pytest.raises(OutOfStock, match="mug"):
        stock.ship({"mug": 1})
