#!/usr/bin/env bats
# One test for each bug that once reached a customer, named after its ticket: none may come back.

# order LINES-AND-OPTIONS FIELD EXPECTED: the receipt of an order has this amount in this field.
order() {
  local receipt
  receipt=$("${PYTHON:-python3}" -m shop <<<"{$1}") || true
  local found
  found=$("${PYTHON:-python3}" -c 'import json, sys; print(json.loads(sys.argv[1]).get(sys.argv[2], "nothing"))' "$receipt" "$2")
  echo "$2: expected $3, found $found"
  [ "$found" = "$3" ]
}

# bug TICKET-AND-FACT LINES-AND-OPTIONS FIELD EXPECTED: one test.
bug() { bats_test_function --description "$1" -- order "${@:2}"; }

bug "SHOP-3 a price without cents is whole" '"lines": [["pen", "7", 1]]' subtotal 700
bug "SHOP-8 five cents are not fifty" '"lines": [["pen", "0.05", 1]]' subtotal 5
bug "SHOP-11 ninety-nine pieces are one order" '"lines": [["pen", "1.00", 99]]' subtotal 9900
bug "SHOP-12 two lines of one article count together" '"lines": [["pen", "1.00", 99], ["pen", "1.00", 1]]' error "at most 99 of one article"
bug "SHOP-15 no negative price" '"lines": [["pen", "-1.00", 1]]' error "not a price: '-1.00'"
bug "SHOP-16 no negative quantity" '"lines": [["pen", "1.00", -1]]' error "a quantity is at least 1"
bug "SHOP-19 an order of nothing has no receipt" '"lines": []' error "the cart is empty"
bug "SHOP-20 shipping is paid below fifty" '"lines": [["tray", "49.99", 1]]' shipping 490
bug "SHOP-21 shipping is free at fifty" '"lines": [["tray", "50.00", 1]]' shipping 0
bug "SHOP-23 a voucher cannot keep shipping free" '"lines": [["tray", "50.00", 1]], "voucher": "STAFF25"' shipping 490
bug "SHOP-27 a voucher is of the goods, not of shipping" '"lines": [["pot", "40.00", 1]], "voucher": "SPRING10"' discount 400
bug "SHOP-28 a voucher in small letters is unknown" '"lines": [["pot", "40.00", 1]], "voucher": "spring10"' error "unknown voucher spring10"
bug "SHOP-30 VAT is on goods and shipping" '"lines": [["pot", "40.00", 1]]' vat 717
bug "SHOP-31 VAT is on what is left after a voucher" '"lines": [["pot", "40.00", 1]], "voucher": "SPRING10"' vat 653
bug "SHOP-34 Austria pays its own VAT" '"lines": [["pot", "60.00", 1]], "country": "AT"' vat 1000
bug "SHOP-35 France pays its own VAT" '"lines": [["pot", "60.00", 1]], "country": "FR"' vat 1000
bug "SHOP-38 the last piece can be bought" '"lines": [["pot", "60.00", 1]], "stock": {"pot": 1}' total 6000
bug "SHOP-39 one more than the last piece cannot" '"lines": [["pot", "60.00", 2]], "stock": {"pot": 1}' error "out of stock: pot"
bug "SHOP-41 all that is short is named" '"lines": [["pot", "60.00", 1], ["mug", "12.90", 1]], "stock": {}' error "out of stock: mug, pot"
bug "SHOP-44 a gift card leaves nothing below zero" '"lines": [["pot", "60.00", 1]], "gift_card": "75.00"' to_pay 0
bug "SHOP-45 a gift card is not a discount" '"lines": [["pot", "60.00", 1]], "gift_card": "20.00"' total 6000
bug "SHOP-46 one article has one price" '"lines": [["pot", "60.00", 1], ["pot", "6.00", 1]]' error "pot is in the cart at another price"
