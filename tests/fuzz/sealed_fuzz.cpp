#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "store/sealed.hpp"

// Any file is a packed month or an error, and no frame gives more than it says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate;
  const int fd = ::memfd_create("sealed", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, data, size) != static_cast<ssize_t>(size)) std::abort();
  const auto sealed = store::SealedFile::open(fd, "file");
  if (sealed)
    for (std::size_t i = 0; i < sealed->frames(); ++i) {
      std::string lines;
      if (sealed->unpack(fd, "file", i, lines) && lines.size() != sealed->frame(i).size)
        std::abort();
    }
  ::close(fd);
  return 0;
}
