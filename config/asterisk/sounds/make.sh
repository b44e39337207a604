#!/bin/sh
# Makes every sound of the product and of the lab again (needs espeak-ng and sox). Usage, from this folder:
#   CINTILLO_EMPRESA="Mi Empresa" ./make.sh
# The message to a person for whom no agent was free says who calls and nothing of why (no debt is mentioned).
set -eu
cd "$(dirname "$0")"
say() { espeak-ng -v es-419 -s 150 -w "$1.raw.wav" "$2" && sox -q "$1.raw.wav" -r 8000 -c 1 -b 16 "$1" gain -n -6; rm "$1.raw.wav"; }

say sin-ejecutivo.wav "Hola. Le llamamos de ${CINTILLO_EMPRESA:-Fastco}. En este momento no podemos atenderle. \
Le volveremos a llamar. Disculpe la molestia."

# On hold: a soft chord that swells and fades; eight seconds, repeated.
mkdir -p espera
sox -q -n -r 8000 -c 1 -b 16 espera/acorde.wav synth 8 sine 262 sine 330 sine 392 remix 1,2,3 \
  fade t 3 8 3 gain -n -22

# The lab's people. They breathe all the time (faint noise): a line without any frames confuses AMD(). They speak at
# 440 Hz, and the headsets at 1000 Hz, so that a recording shows who is in it.
lab=../lab/sounds
noise() { sox -q -R -n -r 8000 -c 1 -b 16 "$1" synth "$2" whitenoise vol 0.003; }
tone() { sox -q -n -r 8000 -c 1 -b 16 "$1" synth "$2" sine 440 vol 0.25; }
noise n02.wav 0.2; noise n12.wav 1.2; noise n05.wav 0.5; noise $lab/respira.wav 4
tone t06.wav 0.6; tone t15.wav 1.5
sox -q n02.wav t06.wav n12.wav $lab/alo.wav
sox -q t15.wav n05.wav $lab/habla.wav
rm n02.wav n12.wav n05.wav t06.wav t15.wav
say $lab/contestador.wav "Hola, se ha comunicado con el buzón de voz. Por favor, deje su mensaje después de la señal."
