-- Asks for one path of $BENCH_PATHS after another.
local paths, at = {}, 0
for path in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = path end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
