# Owns one server: starts it, waits until nobody holds the other end of standard input any more, then stops the
# server and removes its folder. Started by shadow::server; $0 is the server program, $1 the folder, the rest are the
# server's options. The server keeps standard output open, so its end can be seen there; we do not.
#
# The folder is not wanted any more when the server stops, so it needs no checkpoint: immediate shutdown.
program=$0 folder=$1
shift
"$program" -D "$folder/data" -k "$folder" "$@" </dev/null 2>"$folder/log" &
server=$!
exec >/dev/null
finish() {
  kill -QUIT "$server" 2>/dev/null
  wait "$server"
  cd / && rm -rf "$folder"
}
trap 'exit 1' HUP INT TERM
trap finish EXIT
while read -r _; do :; done
