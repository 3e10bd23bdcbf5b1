#include "store/checkpoint.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/base64.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"

namespace perfgate::store {
namespace {

constexpr std::string_view payload_type = "application/vnd.in-toto+json";
constexpr std::string_view statement_type = "https://in-toto.io/Statement/v1";
constexpr std::string_view predicate_type = "urn:perfgate:audit-checkpoint:v1";
constexpr std::size_t signature_length = 64;

EVP_PKEY* pkey(const std::shared_ptr<void>& key) { return static_cast<EVP_PKEY*>(key.get()); }

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

std::unexpected<Error> no_key(std::string_view name, std::string_view what) {
  ERR_clear_error();
  return fail(Code::audit, fmt::format("{}: {}", name, what),
              "openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout");
}

/// RFC 4648 with padding; nothing else is taken.
std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), bytes_of(text),
                                     static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  const auto padding = text.size() - std::min(text.find('='), text.size());
  if (padding > 2) return std::nullopt;
  bytes.resize(bytes.size() - padding);
  // White space and stray bits would be other texts for the same bytes.
  if (base64(bytes) != text) return std::nullopt;
  return bytes;
}

std::string encoded_for_signing(std::string_view type, std::string_view payload) {
  return fmt::format("DSSEv1 {} {} {} {}", type.size(), type, payload.size(), payload);
}

std::string statement_of(const Checkpoint& checkpoint) {
  std::string text;
  {
    JsonWriter out([&](std::string_view piece) { text += piece; });
    const auto put = [&](std::string_view name, const auto& value) {
      out.key(name);
      out.value(value);
    };
    out.begin_object();
    put("_type", statement_type);
    out.key("subject");
    out.begin_array();
    for (const ReportFile& file : checkpoint.files) {
      out.begin_object();
      put("name", std::string_view(file.name));
      out.key("digest");
      out.begin_object();
      put("sha256", std::string_view(file.sha256));
      out.end_object();
      out.end_object();
    }
    out.end_array();
    put("predicateType", predicate_type);
    out.key("predicate");
    out.begin_object();
    put("period", std::string_view(checkpoint.period));
    put("records", checkpoint.records);
    put("first", checkpoint.first);
    put("last", checkpoint.last);
    put("prev", std::string_view(checkpoint.prev));
    put("head", std::string_view(checkpoint.head));
    put("root", std::string_view(checkpoint.root));
    out.end_object();
    out.end_object();
  }
  return text;
}

/// Reads members that must be there; what is not makes the whole wrong.
class Members {
 public:
  explicit Members(const nlohmann::json& object) : object_(object) {}

  const nlohmann::json* child(const char* key) {
    const auto found = object_.is_object() ? object_.find(key) : object_.end();
    if (!object_.is_object() || found == object_.end()) return nullptr;
    return &*found;
  }
  std::string text(const char* key) {
    const nlohmann::json* value = child(key);
    if (value && value->is_string()) return value->get<std::string>();
    good = false;
    return {};
  }
  std::int64_t number(const char* key) {
    const nlohmann::json* value = child(key);
    if (value && value->is_number_integer()) return value->get<std::int64_t>();
    good = false;
    return 0;
  }
  bool good = true;

 private:
  const nlohmann::json& object_;
};

std::optional<Checkpoint> checkpoint_of(const nlohmann::json& statement) {
  Members top(statement);
  if (top.text("_type") != statement_type || top.text("predicateType") != predicate_type)
    return std::nullopt;
  const nlohmann::json* subject = top.child("subject");
  const nlohmann::json* predicate = top.child("predicate");
  if (!subject || !subject->is_array() || !predicate) return std::nullopt;
  Checkpoint checkpoint;
  for (const auto& file : *subject) {
    Members one(file);
    const nlohmann::json* digest = one.child("digest");
    if (!digest) return std::nullopt;
    Members digests(*digest);
    checkpoint.files.push_back({.name = one.text("name"), .sha256 = digests.text("sha256")});
    if (!one.good || !digests.good) return std::nullopt;
  }
  Members figures(*predicate);
  checkpoint.period = figures.text("period");
  checkpoint.records = figures.number("records");
  checkpoint.first = figures.number("first");
  checkpoint.last = figures.number("last");
  checkpoint.prev = figures.text("prev");
  checkpoint.head = figures.text("head");
  checkpoint.root = figures.text("root");
  if (!figures.good) return std::nullopt;
  return checkpoint;
}

}  // namespace

Result<CheckpointKey> CheckpointKey::read(std::string_view pem, std::string_view name) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> source(
      BIO_new_mem_buf(pem.data(), static_cast<int>(std::min<std::size_t>(pem.size(), 1 << 16))),
      &BIO_free);
  // Without a callback of ours OpenSSL would ask on the terminal.
  const auto no_password = [](char*, int, int, void*) { return -1; };
  EVP_PKEY* found = PEM_read_bio_PrivateKey(source.get(), nullptr, no_password, nullptr);
  const bool is_private = found != nullptr;
  if (!found) {
    (void)BIO_reset(source.get());
    found = PEM_read_bio_PUBKEY(source.get(), nullptr, no_password, nullptr);
  }
  if (!found)
    return no_key(name, pem.contains("ENCRYPTED") ? "the key is locked by a password"
                                                  : "no key in PEM: nothing that can be read");
  CheckpointKey key(std::shared_ptr<void>(
      found, [](void* gone) { EVP_PKEY_free(static_cast<EVP_PKEY*>(gone)); }));
  key.private_ = is_private;
  if (EVP_PKEY_get_base_id(found) != EVP_PKEY_ED25519)
    return no_key(name, "the key is of another kind than Ed25519");
  unsigned char* der = nullptr;
  const int length = i2d_PUBKEY(found, &der);
  if (length <= 0) return no_key(name, "its public half cannot be told");
  key.id_ = sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(length)});
  OPENSSL_free(der);
  return key;
}

Result<std::string> CheckpointKey::sign(std::string_view bytes) const {
  if (!private_) return no_key("signing", "a public key only verifies");
  const Context context(EVP_MD_CTX_new());
  std::string signature(signature_length, '\0');
  std::size_t length = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, pkey(key_)) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                     bytes_of(bytes), bytes.size()) != 1)
    return no_key("signing", "OpenSSL failed");
  return signature;
}

bool CheckpointKey::verifies(std::string_view bytes, std::string_view signature) const {
  const Context context(EVP_MD_CTX_new());
  const bool good =
      context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pkey(key_)) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(bytes),
                       bytes.size()) == 1;
  ERR_clear_error();
  return good;
}

Result<std::string> to_envelope(const Checkpoint& checkpoint, const CheckpointKey* key) {
  const std::string payload = statement_of(checkpoint);
  std::string signature;
  if (key) {
    TRY(signature, key->sign(encoded_for_signing(payload_type, payload)));
  }
  std::string text;
  {
    JsonWriter out([&](std::string_view piece) { text += piece; });
    const auto put = [&](std::string_view name, std::string_view value) {
      out.key(name);
      out.value(value);
    };
    out.begin_object();
    put("payload", base64(payload));
    put("payloadType", payload_type);
    out.key("signatures");
    out.begin_array();
    if (key) {
      out.begin_object();
      put("keyid", key->id());
      put("sig", base64(signature));
      out.end_object();
    }
    out.end_array();
    out.end_object();
  }
  return text;
}

std::string Envelope::signed_bytes() const { return encoded_for_signing(payload_type, payload); }

bool Envelope::is_signed_by(const CheckpointKey& key) const {
  return std::ranges::any_of(signatures, [&](const Signature& signature) {
    return key.verifies(signed_bytes(), signature.bytes);
  });
}

Result<Envelope> read_envelope(std::string_view json, std::string_view name) {
  const auto wrong = [&](std::string_view what) {
    return fail(Code::audit, fmt::format("{}: {}", name, what),
                "restore it from a copy, or make the report again");
  };
  const auto document = parse_json(json, name, Code::audit, {.max_bytes = 1 << 20});
  if (!document) return std::unexpected(document.error());
  Members top(*document);
  Envelope envelope{.payload_type = top.text("payloadType")};
  const auto payload = from_base64(top.text("payload"));
  if (!top.good || !payload) return wrong("it is no DSSE envelope");
  if (envelope.payload_type != payload_type)
    return wrong(fmt::format("its payload is of type `{}`", safe_text(envelope.payload_type, 60)));
  envelope.payload = *payload;
  const nlohmann::json* signatures = top.child("signatures");
  if (!signatures || !signatures->is_array()) return wrong("it has no list of signatures");
  for (const auto& one : *signatures) {
    Members members(one);
    const auto bytes = from_base64(members.text("sig"));
    if (!bytes) return wrong("a signature is no base64");
    std::string keyid = one.contains("keyid") ? members.text("keyid") : std::string();
    if (!members.good) return wrong("a signature is none");
    envelope.signatures.push_back({.keyid = std::move(keyid), .bytes = *bytes});
  }
  // Parsed are the very bytes that were signed.
  const auto statement = parse_json(envelope.payload, name, Code::audit);
  if (!statement) return std::unexpected(statement.error());
  const auto checkpoint = checkpoint_of(*statement);
  if (!checkpoint) return wrong("its statement is no checkpoint of an audit report");
  envelope.checkpoint = *checkpoint;
  return envelope;
}

std::string checkpoint_record(const Checkpoint& checkpoint, std::string_view envelope) {
  std::string text;
  {
    JsonWriter out([&](std::string_view piece) { text += piece; });
    out.begin_object();
    out.key("period");
    out.value(std::string_view(checkpoint.period));
    out.key("envelope");
    out.value(envelope);
    out.end_object();
  }
  return text;
}

Result<std::string> envelope_of_record(std::string_view value, std::string_view place) {
  const auto document = parse_json(value, place, Code::audit);
  if (!document) return std::unexpected(document.error());
  Members members(*document);
  std::string envelope = members.text("envelope");
  if (members.good) return envelope;
  return fail(Code::audit, fmt::format("{}: the record holds no checkpoint", place),
              "`perfgate history verify` tells what is damaged");
}

}  // namespace perfgate::store
