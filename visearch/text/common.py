"""English words that are no slips of the finger, whatever a catalogue sells."""

from __future__ import annotations

_WORDS = """
about above accent across actually adidas adult adults after again against age ages airpods all almost along already
also always am an and android animal animals anniversary any anyone anything apartment apple are area arent around art
artist as asics ask at autumn away baby back bad band bang barbecue base basic bath be beach bean beans bear bears
beautiful because become bed bedroom been before beginner behind being bell below belt belts best better between
beyond big bigger bike bikes birthday bit blanket blaze bluetooth boat boats boho bold bolt books boots bosch both
bottom bowl bowls boxer boy boys bracelet bracket brand bread breakfast bride bright brighter bring brother brush
budget build bulk bull bunny business busy but buy by cafe cake cakes camp camping can canon cant car care carry casio
casual cat cats celebrate chain chains chairs chanel charging chasing cheap cheaper cheapest check checkered child
children chill choose christmas church cinnamon city class classic classy clay clean cleaning climbing clock clocks
close cloth coat coffee cold college color colored colour coloured come comfort comfortable comfy commute commuter
computer converse cook cooking cool cooler cork corner cosier cost costs cosy could country couple cozy crest crisp
cup current custom customers cut cute cycling dad daily dare dark darker date daughter day days deal deals deck decor
decorate decoration deep delicate delivery dell desert design designer desk didnt different dining dinner dinosaur
dior dirty discount discounted diver do does doesnt dog dogs doing dollar dollars done dont door down dragon drawer
dress dressy drink drinks drive driving dry dual during each early earth easter easy eat edge eight either elegant
elephant else end enough euro euros even evening event ever every everyday everyone everything except extra eye face
fall family fancy far farm fashion fast father favorite favourite feel feet feminine festival few fifties film find
fine finish fire first fishing fit five flat flavor flavour fleece floor flower flowers fluffy fly folk food foot for
forest form formal four free french fresh friend friends from front fruit fruity full fun funky funny game garden gear
geek general gentleman gentlemen get gift gifts girl girlfriend girls give glam glamorous glare glass go going good
google gothic grab graduation grandma grandpa great ground group grown gucci guest guests gym hair halloween hand
handle hands hang happy hard has have havent having hdmi he head health healthy heart heat heavier heavy height hello
help her here hermes hers high hike hiking hippie his hobby hold holder holding holiday home horse hot hour hours
house housewarming how huawei huge hunting husband idea if ikea im imac in inch inches indoor inside instead into ipad
iphone ipod is isnt it item items its ive jogging just keep kid kids kind king kit kitchen kitten know lacoste ladies
lady lamp lamps land large last late later laundry lay lazy learn least leather leave left leg lego legs lenovo less
let lets letter levis life light lighter like line lion list little live living local long longer look looking lot
loud love lovely low lower lunch lunchbox luxury macbook machine made main make male man many mark market masculine
mask masks mat match material mats mature max maximum may me mean meaning meat meeting men merry microsoft middle
might min mini minimal minimalist minimum minute minutes modern mom money monkey month months moon more morning most
mother mountain mouse move movie much mum must my name narrower natural nature near neat need needs never new newborn
nice night nike nikon nine no non none nor not nothing now number occasion odd of off offer offers office often oil
old older on once one only open or order original other our out outdoor outdoors outfit outside over own pack page
paint pair pan panasonic pans pants paper parent parents part party pasta patch peak pearl people percent perfect
person personal pet pets philips phone photo pick picnic picture piece pieces pile pine place plain plan plane planes
plants plate plates play please plenty plus pocket point pool portable post pot pots pound pounds practical prada
present pretty price priced prices print private product products proper public pull puma puppy push put quality queen
quick quiet rabbit rain rainy rated rather rating read reader reading real really red reebok relax rest retro rice
rich ride riding right ring rings ripe road robot rocket rolex romantic room rooms rope round rounder run running
rustic sale salty same samsung save say school sea season seat second see sell set seven sexy shape she sheet sheets
shelf shine shiny shop shopping short shorter should show side sign silk silly similar simple since sing sister sit
six size sizes skiing skin sky sleek sleep sleeve sleeves slide slim slow small smaller smart smell snow so sofa soft
softer some someone something son song sony soon sort sound space special spicy spoon spoons sport sports sporty
spring square stand star stars start starter stay steel still stock stone storage store storm story street strong
student stuff style stylish such sugar suit suitable summer sun sunny super sure surf surfing sweet swim swimming
table take tall taller taste tea teach team teen teenager tell ten tent tents test than thank that thats the their
them then there these they theyre thick thicker thin thing things think thinner this those three through tiger time
times tiny to today toddler together too tool top touch tough toward towel towels town toy train training trains
travel traveling travelling tree trekking trip truck trucks true try tube turn two type under unicorn unique until up
upon upper urban us usb use used useful vacation valentine value vanilla vans vegan very view vintage visit waist wake
walk walking wall want warm warmer wash washable wasnt watch water wave way we wear weather wedding week weekend
weight well were wet what whats when where which while white who whole why wide wider wife wifi wild will wind window
winter wish with within without woman women won wonder wont wood woody wool word work working workout world would
write xiaomi yard year years yellow yes yet yoga you young your youre yours youth zara zero zip
"""

COMMON = frozenset(_WORDS.split())
