#pragma once
// What pins a period of the history once and for all: the number of its records, the checksum of
// the last, the Merkle root over all, and the digests of the report's files. It is an in-toto
// Statement v1 (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md) in a DSSE
// envelope (https://github.com/secure-systems-lab/dsse), signed with Ed25519 where there is a key.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace perfgate::store {

/// An Ed25519 key in PEM: a private one signs and verifies, a public one only verifies.
class CheckpointKey {
 public:
  /// Errors: Code::audit where it is no such key, or is locked by a password.
  static Result<CheckpointKey> read(std::string_view pem, std::string_view name);

  /// SHA-256 of the public key's DER (SubjectPublicKeyInfo), as hex.
  const std::string& id() const { return id_; }
  bool can_sign() const { return private_; }
  /// 64 bytes. Errors: Code::audit where it is a public key.
  Result<std::string> sign(std::string_view bytes) const;
  bool verifies(std::string_view bytes, std::string_view signature) const;

 private:
  explicit CheckpointKey(std::shared_ptr<void> key) : key_(std::move(key)) {}

  std::shared_ptr<void> key_;  // EVP_PKEY
  std::string id_;
  bool private_ = false;
};

struct ReportFile {
  std::string name, sha256;
  bool operator==(const ReportFile&) const = default;
};

struct Checkpoint {
  std::string period;
  std::int64_t records = 0, first = 0, last = 0;
  std::string prev, head, root;
  std::vector<ReportFile> files;
  bool operator==(const Checkpoint&) const = default;
};

/// The envelope as JSON on one line; without a key it carries no signature.
Result<std::string> to_envelope(const Checkpoint& checkpoint, const CheckpointKey* key);

struct Envelope {
  struct Signature {
    std::string keyid, bytes;
  };
  std::string payload_type, payload;
  std::vector<Signature> signatures;
  Checkpoint checkpoint;

  /// What is signed: DSSE's pre-authentication encoding.
  std::string signed_bytes() const;
  bool is_signed_by(const CheckpointKey& key) const;
};
/// Errors: Code::audit, with `name` and what is wrong.
Result<Envelope> read_envelope(std::string_view json, std::string_view name);

/// The value of a Kind::checkpoint record, and the envelope out of it, as it was written.
std::string checkpoint_record(const Checkpoint& checkpoint, std::string_view envelope);
Result<std::string> envelope_of_record(std::string_view value, std::string_view place);

}  // namespace perfgate::store
