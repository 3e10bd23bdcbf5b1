#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "store/checkpoint.hpp"

// Any text is an envelope, a key or neither; what is an envelope has a checkpoint that makes one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto key = store::CheckpointKey::read(text, "key.pem");
  if (!key && key.error().code != Code::audit) std::abort();
  const auto envelope = store::read_envelope(text, "envelope");
  if (!envelope && envelope.error().code != Code::audit) std::abort();
  if (!envelope) return 0;
  const auto again = store::to_envelope(envelope->checkpoint, nullptr);
  if (!again) std::abort();
  const auto back = store::read_envelope(*again, "again");
  if (!back || !(back->checkpoint == envelope->checkpoint)) std::abort();
  return 0;
}
