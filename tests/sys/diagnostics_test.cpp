#include "sys/diagnostics.hpp"

#include <doctest/doctest.h>

namespace perfgate::sys {
namespace {

std::string numbers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += std::to_string(i) + "\n";
  return text;
}

TEST_CASE("what fits is kept whole") {
  Diagnostics kept(10, 10);
  kept.append("0123456789abcdefghij");
  CHECK(kept.text() == "0123456789abcdefghij");
  CHECK(kept.dropped() == 0);
  CHECK(kept.end(3) == "hij");
  CHECK(kept.end(12) == "89abcdefghij");
  CHECK(kept.end(100) == "0123456789abcdefghij");
}

TEST_CASE("of more the first and the last is kept and the rest counted") {
  Diagnostics kept(4, 6);
  kept.append("0123456789abcdefghij");
  CHECK(kept.text() == "0123\n[10 bytes are not shown]\nefghij");
  CHECK(kept.end(100) == "efghij");
  CHECK(kept.total() == 20);
}

TEST_CASE("the kept end is right wherever the ring begins") {
  const std::string all = numbers(300'000);
  for (const std::size_t piece : {1000UL, 4096UL, 65'537UL, 300'000UL}) {
    CAPTURE(piece);
    Diagnostics kept(100'000, 150'001);
    for (std::size_t at = 0; at < all.size(); at += piece) kept.append(all.substr(at, piece));
    CHECK(kept.end(150'001) == all.substr(all.size() - 150'001));
    CHECK(kept.text().starts_with(all.substr(0, 100'000)));
    CHECK(kept.dropped() == all.size() - 250'001);
  }
}

TEST_CASE("without a tail all is read and only the head is kept") {
  Diagnostics kept(3, 0);
  kept.append(numbers(50'000));
  CHECK(kept.text().starts_with("0\n1\n["));
  CHECK(kept.end(10).empty());
  CHECK(kept.dropped() == numbers(50'000).size() - 3);
  CHECK(Diagnostics().end(10).empty());
}

}  // namespace
}  // namespace perfgate::sys
