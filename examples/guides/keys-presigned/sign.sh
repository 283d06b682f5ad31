#!/bin/sh
# Print an assertion for the instance ZITADEL_ISSUER. TF_VAR_user_id is the ID of the
# service account, TF_VAR_key_id is the ID of its key, and TF_VAR_private_key_file is the
# path to the private key.
set -eu
: "${ZITADEL_ISSUER:?}" "${TF_VAR_user_id:?}" "${TF_VAR_key_id:?}"

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

now=$(date +%s)
header=$(printf '{"alg":"RS256","typ":"JWT","kid":"%s"}' "$TF_VAR_key_id" | base64url)
payload=$(printf '{"iss":"%s","sub":"%s","aud":"%s","iat":%d,"exp":%d}' \
  "$TF_VAR_user_id" "$TF_VAR_user_id" "$ZITADEL_ISSUER" $((now - 5)) $((now + 600)) | base64url)

# Replace this line to sign with a KMS, an HSM or Vault.
signature=$(printf '%s.%s' "$header" "$payload" | openssl dgst -sha256 -sign "$TF_VAR_private_key_file" | base64url)

# A pipeline succeeds if its last command succeeds, so check the result as well.
# A signature made with a 2048-bit key has 342 characters in base64url.
if [ "${#signature}" -lt 342 ]; then
  echo 'sign.sh: The signer did not return a signature made with an RSA key of at least 2048 bits.' >&2
  exit 1
fi

printf '%s.%s.%s\n' "$header" "$payload" "$signature"
