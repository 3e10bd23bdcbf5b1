#include "store/checkpoint.hpp"

#include <doctest/doctest.h>

#include "base/base64.hpp"

namespace perfgate::store {
namespace {

// Everybody knows it: RFC 8032, section 7.1, test 1.
constexpr std::string_view private_key =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::string_view public_key =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
    "-----END PUBLIC KEY-----\n";

Checkpoint checkpoint() {
  return {.period = "2026-10",
          .records = 12,
          .first = 3,
          .last = 14,
          .prev = std::string(64, '1'),
          .head = std::string(64, '2'),
          .root = std::string(64, '3'),
          .files = {{"audit-2026-10.html", std::string(64, 'a')},
                    {"audit-2026-10.json", std::string(64, 'b')}}};
}

// AC:audit-signature
TEST_CASE("checkpoint: the public key verifies what the private one signed, and nothing else") {
  const auto key = CheckpointKey::read(private_key, "key.pem");
  const auto half = CheckpointKey::read(public_key, "key.pub");
  REQUIRE(key);
  REQUIRE(half);
  CHECK(key->id() == half->id());
  CHECK(key->can_sign());
  CHECK_FALSE(half->can_sign());
  const auto empty = key->sign("");
  REQUIRE(empty);
  CHECK(base64(*empty) ==
        "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==");
  CHECK_FALSE(half->sign("x"));
  const auto text = to_envelope(checkpoint(), &*key);
  REQUIRE(text);
  CHECK(*text == *to_envelope(checkpoint(), &*key));
  const auto envelope = read_envelope(*text, "envelope");
  REQUIRE(envelope);
  CHECK(envelope->checkpoint == checkpoint());
  CHECK(envelope->is_signed_by(*half));
  auto changed = *envelope;
  changed.payload[20] ^= 1;
  CHECK_FALSE(changed.is_signed_by(*half));
  changed = *envelope;
  changed.signatures[0].bytes[5] ^= 1;
  CHECK_FALSE(changed.is_signed_by(*half));
  const auto without = to_envelope(checkpoint(), nullptr);
  REQUIRE(without);
  CHECK_FALSE(read_envelope(*without, "envelope")->is_signed_by(*half));
}

TEST_CASE("checkpoint: a record gives its envelope back") {
  const auto text = to_envelope(checkpoint(), nullptr);
  REQUIRE(text);
  const auto back = envelope_of_record(checkpoint_record(checkpoint(), *text), "record 5");
  REQUIRE(back);
  CHECK(*back == *text);
  CHECK(envelope_of_record("{}", "record 5").error().code == Code::audit);
}

// AC:audit-key-errors
TEST_CASE("checkpoint: what is no key or no envelope is refused") {
  for (const std::string_view pem : {"", "nothing", "-----BEGIN PRIVATE KEY-----\nAAAA\n"})
    CHECK(CheckpointKey::read(pem, "key.pem").error().code == Code::audit);
  CHECK(CheckpointKey::read("-----BEGIN PUBLIC KEY-----\n"
                            "MCowBQYDK2VuAyEAhSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\n"
                            "-----END PUBLIC KEY-----\n",
                            "x25519.pub")
            .error()
            .message.contains("another kind"));
  for (const std::string_view text :
       {"", "{}", "[]", R"({"payload":"!!","payloadType":"x","signatures":[]})",
        R"({"payload":"e30=","payloadType":"text/plain","signatures":[]})",
        R"({"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[]})",
        R"({"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[1]})",
        R"({"payload":"e31=","payloadType":"application/vnd.in-toto+json","signatures":[]})"})
    CHECK(read_envelope(text, "envelope").error().code == Code::audit);
}

}  // namespace
}  // namespace perfgate::store
