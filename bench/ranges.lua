-- Asks for one range of $BENCH_RANGES after another.
local ranges, at = {}, 0
for range in io.lines(os.getenv("BENCH_RANGES")) do ranges[#ranges + 1] = range end

function request()
  at = at % #ranges + 1
  return wrk.format("GET", nil, { Range = ranges[at] })
end
