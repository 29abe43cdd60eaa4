// The default texts for calibration and comparison: questions as users ask them, and a passage that answers
// each. Every question is paired with every passage, so there are relevant, related and unrelated pairs. They
// were written for this purpose.

export interface TextPair {
  readonly query: string
  readonly document: { readonly title?: string; readonly summary: string }
}

const ANSWERS: readonly (readonly [query: string, passage: string])[] = [
  [
    'how to remove coffee stains from a carpet',
    'Blot the spot with a dry cloth, do not rub. Mix one spoon of dish soap and one of white vinegar into two cups of warm water, dab it on, wait ten minutes and rinse with cold water until nothing comes off any more.',
  ],
  [
    'why is the sky blue',
    'Sunlight is scattered by the molecules of the air. Short waves are scattered far more than long ones, so from every direction but that of the sun mostly blue light reaches the eye; at sunset the way through the air is long and red is left.',
  ],
  [
    'best time to plant tomatoes',
    'Tomatoes go outside when the nights stay above 10 °C, two weeks after the last frost. Seeds are started indoors six to eight weeks earlier; plant them deep, up to the first leaves, because the stem grows roots.',
  ],
  [
    'python read csv file line by line',
    'with open("data.csv", newline="") as f: for row in csv.reader(f): print(row). The file object is an iterator, so only one line is held in memory at a time; csv.DictReader gives each row as a dictionary with the header as its keys.',
  ],
  [
    'symptoms of iron deficiency',
    'Tiredness, pale skin, shortness of breath, cold hands and brittle nails are common signs. A blood test of ferritin shows the stores of the body; causes reach from diet to bleeding, so see a doctor before taking tablets.',
  ],
  [
    'mortgage interest rates 2024',
    'A fixed rate stays the same for the whole term, a variable one follows the market. In 2024 thirty-year loans were offered between 6 and 7.5 percent on average; fees, points and the down payment change what a loan really costs each month.',
  ],
  [
    'who wrote pride and prejudice',
    'Jane Austen published the novel without her name in 1813. It follows Elizabeth Bennet, the second of five sisters, who has to learn how easily first impressions of Mr. Darcy deceive.',
  ],
  [
    'wireless headphones noise cancelling under 100',
    'Over-ear Bluetooth headset with active noise cancellation, 40 hours of battery, folding hinges and two microphones for calls. Charges by USB-C in 90 minutes. Weight 254 g. Black, white or navy. 79.90 with free returns.',
  ],
  [
    'error: cannot find module express',
    'Node throws this error when the package is not installed in a folder that it looks into. Run npm install express in the folder of your package.json; if it persists delete node_modules and the lock file, and check that NODE_PATH is not set.',
  ],
  [
    'what is a black hole',
    'Where enough mass is pressed into little space nothing can leave it, not even light. The border is called the event horizon. Stars of more than about twenty solar masses end this way; the largest ones sit in the centres of galaxies.',
  ],
  [
    'train from vienna to budapest',
    'Direct trains run every hour from Wien Hauptbahnhof to Budapest Keleti and take 2 h 40 min. Tickets booked in advance start at 13 euros; seats may be reserved, bicycles must be. There is no border control, carry an identity card all the same.',
  ],
  [
    'chicken soup recipe',
    'Bring a whole chicken, two carrots, an onion, celery and peppercorns to the boil in three litres of water and simmer for two hours. Take the meat off the bones, strain the broth, add noodles and parsley, salt at the end.',
  ],
  [
    'buffer overflow in parser',
    'The function copies the name field into a stack buffer of 64 bytes without checking its length. A crafted file with a longer name overwrites the return address, so that opening it can run code of the sender. Update to version 2.4.1.',
  ],
  [
    'how does photosynthesis work',
    'Plants split water with the energy of light, release oxygen and store the energy in ATP and NADPH. In the Calvin cycle these turn carbon dioxide into sugar. It happens in the chloroplasts, which hold the green pigment chlorophyll.',
  ],
  [
    'minimum wage germany',
    'Der gesetzliche Mindestlohn gilt für fast alle Beschäftigten ab 18 Jahren. Seit dem 1. Januar 2025 beträgt er 12,82 Euro je Stunde; Auszubildende und Pflichtpraktika sind ausgenommen. Über Anpassungen berät eine Kommission.',
  ],
  [
    'fix slow wifi at home',
    'Move the router to a central and high place, away from microwaves and metal. Choose channel 1, 6 or 11 on 2.4 GHz or switch to 5 GHz, update the firmware, and replace old cables; a mesh system helps in houses of several floors.',
  ],
  [
    'tallest mountain in africa',
    'Kilimanjaro in Tanzania is 5,895 m high. It consists of three volcanic cones, Kibo, Mawenzi and Shira, and can be climbed without ropes in five to nine days; altitude sickness is the main danger.',
  ],
  [
    'cancel subscription refund',
    'You can cancel at any time in the settings of your account; access lasts until the end of the paid month. Within 14 days of the first payment the amount is paid back to the same card, it takes five to ten working days to appear.',
  ],
  [
    'museo del prado horario',
    'El Museo del Prado abre de lunes a sábado de 10:00 a 20:00 y los domingos hasta las 19:00. La entrada es gratuita las dos últimas horas del día. Cierra el 1 de enero, el 1 de mayo y el 25 de diciembre.',
  ],
  [
    'difference between tcp and udp',
    'TCP opens a connection, numbers its bytes and sends lost ones again, so data arrive whole and in order. UDP sends single datagrams without any of this: it is faster and used where a late packet is worth nothing, as in calls and games.',
  ],
  [
    'dog limping after walk',
    'Look between the toes for thorns, cuts or a torn claw first. If the leg is swollen, hot or not put to the ground, or if the limp stays for more than a day, a vet should see it; do not give pain killers made for people.',
  ],
  [
    'capital gains tax on shares',
    'Profit from selling shares is taxed in the year of the sale. The gain is the price less what was paid and the fees; losses are set off first. Many countries tax less after a year and leave a yearly amount free.',
  ],
  [
    '北京 天气 十月',
    '十月的北京秋高气爽,平均气温在 8 到 19 摄氏度之间,雨水很少。早晚温差较大,建议带一件外套;香山红叶通常在月底最好看。',
  ],
  [
    'change tyre pressure warning light',
    'The lamp shows that one tyre has lost a quarter of its pressure. Fill all of them, when cold, to the value on the sticker inside the door, then keep the reset button pressed until the lamp blinks twice. If it comes on again, look for a nail.',
  ],
]

/** 720 pairs: every question with every passage, then with two passages as one long text. */
export function builtInPairs(): TextPair[] {
  const passages = ANSWERS.map(([, passage]) => ({ summary: passage }))
  const long = ANSWERS.slice(0, 6).map(([title, passage], at) => ({
    title,
    summary: `${passage} ${ANSWERS[at + 6]![1]} ${ANSWERS[at + 12]![1]}`,
  }))
  return ANSWERS.flatMap(([query]) => [...passages, ...long].map((document) => ({ query, document })))
}
