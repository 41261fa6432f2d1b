-- Sends one small file to each of the upload URLs that were issued before.
local urls, count = {}, 0
for line in io.lines(os.getenv("BENCH_URLS")) do urls[#urls + 1] = line end
wrk.method = "PUT"
wrk.body = string.rep("some text ", 2048)
function request()
  count = count + 1
  return wrk.format(nil, urls[count] or "/upload/none")
end
